using System.IO.Pipelines;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Content;

/// <summary>A blob that the repository may serve. Size is in bytes.</summary>
public sealed record FoundBlob(RepositoryName Repository, Digest Digest, StorageKey Key, long Size);

/// <summary>The blobs of a repository: find, open, mount, delete. Pushing them is <see cref="UploadSessions"/>.</summary>
public sealed class BlobContent(IDbContextFactory<IndexContext> contexts, IndexWriter writer, BlobObjects objects, PromiseRenewal promises, Deadlines deadlines)
{
    private static readonly Func<IndexContext, string, string, LinkedBlob?> FindLinked = EF.CompileQuery(
        (IndexContext db, string repository, string digest) =>
            (from blob in db.Blobs
             where blob.Digest == digest && blob.Finding == null
             from link in db.Links.Where(l => l.BlobId == blob.Id)
             from owner in db.Repositories.Where(r => r.Id == link.RepositoryId && r.Name == repository)
             select new LinkedBlob(owner.Id, blob.Id, blob.StorageKey, blob.Size, link.KeptUntil)).FirstOrDefault());

    /// <summary>Errors: BlobUnknown.</summary>
    public async ValueTask<Outcome<FoundBlob>> FindAsync(RepositoryName repository, Digest digest, CancellationToken cancellationToken)
    {
        LinkedBlob? found;
        using (StorageTelemetry.Source.StartActivity("index find blob"))
        {
            using var db = contexts.CreateDbContext();
            found = FindLinked(db, repository.ToString(), digest.ToString());
        }

        if (found is null || !await promises.KeepLinkAsync(found.RepositoryId, found.BlobId, found.KeptUntil, cancellationToken))
        {
            return Unknown(repository, digest);
        }

        return new FoundBlob(repository, digest, StorageKey.Parse(found.StorageKey), found.Size);
    }

    /// <summary>Opens a range of the bytes. Errors: BlobUnknown, if the blob store has lost them; the blob is then unknown, until its next push.</summary>
    public async ValueTask<Outcome<IBlobReader>> OpenAsync(FoundBlob blob, BlobRange range, CancellationToken cancellationToken)
    {
        using var activity = StorageTelemetry.Source.StartActivity("blob store open");
        return await objects.OpenAsync(blob.Digest, blob.Key, blob.Size, range, cancellationToken) is { } reader
            ? Outcome.Of(reader)
            : Unknown(blob.Repository, blob.Digest);
    }

    /// <summary>Sends the range that was opened, of so many bytes.</summary>
    /// <exception cref="EndOfStreamException">The stored object is shorter than its blob.</exception>
    public static async ValueTask SendAsync(IBlobReader blob, PipeWriter destination, long count, CancellationToken cancellationToken)
    {
        using var activity = StorageTelemetry.Source.StartActivity("blob store read");
        await blob.CopyToAsync(destination, cancellationToken);
        StorageTelemetry.BytesSent.Add(count);
    }

    /// <summary>
    /// Links a blob of another repository into this one; no byte is moved. False: there is none to mount, push it.
    /// </summary>
    /// <param name="from">The source; null for any repository that the caller may read (specification, "Mounting").</param>
    public async ValueTask<bool> MountAsync(RepositoryName repository, Digest digest, RepositoryName? from, Func<RepositoryName, bool> mayRead, CancellationToken cancellationToken)
    {
        if (from is { } source && !mayRead(source))
        {
            return false;
        }

        var digestText = digest.ToString();
        return await writer.WriteAsync(
            db =>
            {
                var blobId = db.Blobs.Where(b => b.Digest == digestText && b.Finding == null).Select(b => (long?)b.Id).FirstOrDefault();
                if (blobId is not { } id || !IsReadableSomewhere(db, id, from, mayRead))
                {
                    return false;
                }

                LinkPromises.Keep(db, Repositories.FindOrAdd(db, repository, deadlines.Now), id, deadlines.Now, deadlines.PromiseFromNow);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Removes the link at once; other repositories keep theirs. With the last link the blob goes too, and its bytes after the drain. Errors: BlobUnknown, BlobInUse.</summary>
    public Task<RegistryError?> DeleteAsync(RepositoryName repository, Digest digest, string by, CancellationToken cancellationToken) =>
        writer.WriteAsync<RegistryError?>(
            db =>
            {
                // A blob with a finding has a link too, and its owner may want to be rid of it.
                var text = digest.ToString();
                var repositoryId = Repositories.Find(db, repository);
                var blobId = db.Links.Where(l => l.RepositoryId == repositoryId && l.Blob!.Digest == text).Select(l => (long?)l.BlobId).FirstOrDefault();
                if (repositoryId is not { } owner || blobId is not { } id)
                {
                    return Unknown(repository, digest);
                }

                var needing =
                    (from edge in db.BlobEdges
                     where edge.RepositoryId == owner && edge.BlobId == id
                     join manifest in db.Manifests on edge.ManifestId equals manifest.Id
                     select manifest.Digest).FirstOrDefault();
                if (needing is not null)
                {
                    return new RegistryError(
                        ErrorKind.BlobInUse,
                        $"The blob {digest} is needed by the manifest {needing} of {repository}. Delete the manifests that need it first; the blob then goes by itself.",
                        new { digest = text, manifest = needing });
                }

                Receipts.OfLinks(db, [(owner, id)], new Removal(Receipts.ByClient, by, RunId: null, deadlines.Now));
                db.Links.Where(l => l.RepositoryId == owner && l.BlobId == id).ExecuteDelete();
                Condemning.WhereUnlinked(db, [id], deadlines.DrainFromNow);
                return null;
            },
            cancellationToken);

    private static bool IsReadableSomewhere(IndexContext db, long blobId, RepositoryName? from, Func<RepositoryName, bool> mayRead)
    {
        var linking = db.Links.Where(l => l.BlobId == blobId).Join(db.Repositories, l => l.RepositoryId, r => r.Id, (l, r) => r.Name);
        if (from is { } source)
        {
            var name = source.ToString();
            return linking.Any(n => n == name);
        }

        return linking.AsEnumerable().Any(name => mayRead(RepositoryName.Parse(name)));
    }

    private static RegistryError Unknown(RepositoryName repository, Digest digest) =>
        new(ErrorKind.BlobUnknown, $"{repository} has no blob {digest}.", new { digest = digest.ToString() });

    private sealed record LinkedBlob(long RepositoryId, long BlobId, string StorageKey, long Size, DateTimeOffset? KeptUntil);
}
