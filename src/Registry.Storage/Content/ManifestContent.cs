using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Content;

/// <summary>A manifest as it is served: the very bytes and the media type that were pushed.</summary>
public sealed record FoundManifest(Digest Digest, string MediaType, byte[] Body);

/// <summary>Pulling the manifests of a repository. Pushing them is <see cref="ManifestPush"/>, deleting them <see cref="ManifestRemoval"/>.</summary>
public sealed class ManifestContent(IDbContextFactory<IndexContext> contexts, PromiseRenewal promises, PullRecorder pulls)
{
    private static readonly Func<IndexContext, string, string, IndexedManifest?> FindByTag = EF.CompileQuery(
        (IndexContext db, string repository, string tag) =>
            (from owner in db.Repositories
             where owner.Name == repository
             from t in db.Tags.Where(t => t.RepositoryId == owner.Id && t.Name == tag)
             from m in db.Manifests.Where(m => m.Id == t.ManifestId)
             select new IndexedManifest(m.Id, t.Id, m.Digest, m.MediaType, m.KeptUntil, m.Body)).FirstOrDefault());

    private static readonly Func<IndexContext, string, string, IndexedManifest?> FindByDigest = EF.CompileQuery(
        (IndexContext db, string repository, string digest) =>
            (from owner in db.Repositories
             where owner.Name == repository
             from m in db.Manifests.Where(m => m.RepositoryId == owner.Id && m.Digest == digest)
             select new IndexedManifest(m.Id, null, m.Digest, m.MediaType, m.KeptUntil, m.Body)).FirstOrDefault());

    /// <summary>Finds a manifest for a client; this counts as a pull. Errors: ManifestUnknown.</summary>
    public async ValueTask<Outcome<FoundManifest>> PullAsync(RepositoryName repository, Reference reference, CancellationToken cancellationToken)
    {
        IndexedManifest? found;
        using (StorageTelemetry.Source.StartActivity("index find manifest"))
        {
            using var db = contexts.CreateDbContext();
            found = (reference.IsTag ? FindByTag : FindByDigest)(db, repository.ToString(), reference.ToString());
        }

        if (found is null || !await promises.KeepManifestAsync(found.Id, found.KeptUntil, cancellationToken))
        {
            return Unknown(repository, reference.ToString());
        }

        pulls.Record(found.Id, found.TagId);
        return new FoundManifest(Digest.Parse(found.Digest), found.MediaType, found.Body);
    }

    internal static RegistryError Unknown(RepositoryName repository, string reference) =>
        new(ErrorKind.ManifestUnknown, $"{repository} has no manifest {reference}.", new { reference });

    private sealed record IndexedManifest(long Id, long? TagId, string Digest, string MediaType, DateTimeOffset? KeptUntil, byte[] Body);
}
