using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Content;

/// <summary>A manifest as it is served: the very bytes and the media type that were pushed.</summary>
public sealed record FoundManifest(Digest Digest, string MediaType, byte[] Body);

/// <summary>Pulling and deleting the manifests and tags of a repository. Pushing them is <see cref="ManifestPush"/>.</summary>
public sealed class ManifestContent(IDbContextFactory<IndexContext> contexts, IndexWriter writer, PromiseRenewal promises, PullRecorder pulls, Deadlines deadlines)
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

    /// <summary>Deletes a tag; its manifest stays for the promise. Errors: ManifestUnknown.</summary>
    /// <param name="by">Who asked, for the tag history.</param>
    public Task<RegistryError?> DeleteTagAsync(RepositoryName repository, Tag tag, string by, CancellationToken cancellationToken) =>
        writer.WriteAsync<RegistryError?>(
            db =>
            {
                var name = tag.ToString();
                var row = Repositories.Find(db, repository) is { } repositoryId
                    ? db.Tags.FirstOrDefault(t => t.RepositoryId == repositoryId && t.Name == name)
                    : null;
                if (row is null)
                {
                    return Unknown(repository, name);
                }

                TagMoves.Delete(db, row, by, "deleted", deadlines.Now);
                ManifestPromises.StartWhereUnreferenced(db, [row.ManifestId], deadlines.Now, deadlines.PromiseFromNow);
                return null;
            },
            cancellationToken);

    /// <summary>Deletes a manifest with its tags at once. Errors: ManifestUnknown, ManifestInUse while an index names it.</summary>
    public Task<RegistryError?> DeleteAsync(RepositoryName repository, Digest digest, string by, CancellationToken cancellationToken) =>
        writer.WriteAsync<RegistryError?>(
            db =>
            {
                var text = digest.ToString();
                var repositoryId = Repositories.Find(db, repository);
                var manifestId = db.Manifests.Where(m => m.RepositoryId == repositoryId && m.Digest == text).Select(m => (long?)m.Id).FirstOrDefault();
                if (repositoryId is not { } owner || manifestId is not { } id)
                {
                    return Unknown(repository, text);
                }

                var parent = db.ChildEdges.Where(e => e.ChildId == id).Join(db.Manifests, e => e.ParentId, m => m.Id, (e, m) => m.Digest).FirstOrDefault();
                if (parent is not null)
                {
                    return new RegistryError(
                        ErrorKind.ManifestInUse,
                        $"The manifest {digest} is part of the index {parent} of {repository}, which would be broken without it. Delete the index first; its parts then go by themselves.",
                        new { digest = text, index = parent });
                }

                TagMoves.DeleteAllOf(db, owner, id, by, "manifest deleted", deadlines.Now);
                Dropping.Manifests(db, [id], deadlines.Now, deadlines.PromiseFromNow);
                return null;
            },
            cancellationToken);

    private static RegistryError Unknown(RepositoryName repository, string reference) =>
        new(ErrorKind.ManifestUnknown, $"{repository} has no manifest {reference}.", new { reference });

    private sealed record IndexedManifest(long Id, long? TagId, string Digest, string MediaType, DateTimeOffset? KeptUntil, byte[] Body);
}
