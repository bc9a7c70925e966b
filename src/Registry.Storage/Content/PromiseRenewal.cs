using Registry.Storage.Index;
using Registry.Storage.Journal;

namespace Registry.Storage.Content;

/// <summary>
/// The promise (ADR 0008): what the registry said yes for stays readable until at least now + L. Every pull that says yes goes
/// through here; seals, mounts and manifest pushes give theirs in the change that they make anyway (<see cref="LinkPromises"/>,
/// <see cref="ManifestPromises"/>). Referenced content (kept until = null) costs no write; the rest one at most every L/4.
/// </summary>
public sealed class PromiseRenewal(IndexWriter writer, Deadlines deadlines, IOwnership ownership)
{
    /// <summary>Renews the promise for a link if it is due. False: the link has gone meanwhile, so the answer is no.</summary>
    public ValueTask<bool> KeepLinkAsync(long repositoryId, long blobId, DateTimeOffset? keptUntil, CancellationToken cancellationToken) =>
        KeepAsync(keptUntil, (db, end) => LinkPromises.Renew(db, repositoryId, blobId, end), cancellationToken);

    /// <summary>Renews the promise for a manifest if it is due. False: it has gone meanwhile, so the answer is no.</summary>
    public ValueTask<bool> KeepManifestAsync(long manifestId, DateTimeOffset? keptUntil, CancellationToken cancellationToken) =>
        KeepAsync(keptUntil, (db, end) => ManifestPromises.Renew(db, manifestId, end), cancellationToken);

    private ValueTask<bool> KeepAsync(DateTimeOffset? keptUntil, Func<IndexContext, DateTimeOffset, bool> renew, CancellationToken cancellationToken) =>
        // A standby's answer is marked as stale, and promises nothing: the owner's next takeover renews what there is.
        deadlines.IsTooSoon(keptUntil) && !ownership.IsStandby
            ? new ValueTask<bool>(writer.WriteSoonAsync(db => renew(db, deadlines.PromiseFromNow), cancellationToken))
            : ValueTask.FromResult(true);
}
