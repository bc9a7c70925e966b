using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>
/// The promise (ADR 0008): what the registry said yes for stays readable until at least now + L. Every pull that says yes goes
/// through here; seals, mounts and manifest pushes give theirs in the change that they make anyway (<see cref="Links.Keep"/>,
/// <see cref="ManifestPush"/>). Referenced content (kept until = null) costs no write; the rest one at most every L/2.
/// </summary>
public sealed class Promises(IndexWriter writer, Deadlines deadlines)
{
    /// <summary>Renews the promise for a link if it is due. False: the link has gone meanwhile, so the answer is no.</summary>
    public ValueTask<bool> KeepLinkAsync(long repositoryId, long blobId, DateTimeOffset? keptUntil, CancellationToken cancellationToken)
    {
        if (!deadlines.IsTooSoon(keptUntil))
        {
            return ValueTask.FromResult(true);
        }

        return new ValueTask<bool>(writer.WriteAsync(
            db =>
            {
                var end = deadlines.PromiseFromNow;
                // A link that got an edge meanwhile has no end any more; it must not be given one.
                db.Links.Where(l => l.RepositoryId == repositoryId && l.BlobId == blobId && l.KeptUntil != null && l.KeptUntil < end)
                    .ExecuteUpdate(set => set.SetProperty(l => l.KeptUntil, end));
                return db.Links.Any(l => l.RepositoryId == repositoryId && l.BlobId == blobId);
            },
            cancellationToken));
    }

    /// <summary>Renews the promise for a manifest if it is due. False: it has gone meanwhile, so the answer is no.</summary>
    public ValueTask<bool> KeepManifestAsync(long manifestId, DateTimeOffset? keptUntil, CancellationToken cancellationToken)
    {
        if (!deadlines.IsTooSoon(keptUntil))
        {
            return ValueTask.FromResult(true);
        }

        return new ValueTask<bool>(writer.WriteAsync(
            db =>
            {
                var end = deadlines.PromiseFromNow;
                db.Manifests.Where(m => m.Id == manifestId && m.KeptUntil != null && m.KeptUntil < end)
                    .ExecuteUpdate(set => set.SetProperty(m => m.KeptUntil, end));
                return db.Manifests.Any(m => m.Id == manifestId);
            },
            cancellationToken));
    }
}
