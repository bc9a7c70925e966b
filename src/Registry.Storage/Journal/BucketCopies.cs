using Microsoft.EntityFrameworkCore;
using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>Looks what of the index is in the bucket: a listing of the journal and the snapshots each time, so for people and not for every request.</summary>
internal sealed class BucketCopies(IBucket bucket, IFollowedIndex index, IOwnership ownership, SnapshotTaking snapshots, IDbContextFactory<IndexContext> contexts) : IIndexCopies
{
    private readonly IndexSnapshots found = new(bucket);

    public async Task<IndexCopies> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (journal, behind) = await MeasureAsync(JournalNames.Journal, JournalNames.Entry(index.Number), cancellationToken);
            var (stored, _) = await MeasureAsync(JournalNames.Snapshots, after: null, cancellationToken);
            var newest = await found.FindNewestAsync(cancellationToken);
            return new IndexCopies(index.Number, ownership.State.Phase == OwnershipPhase.Owner ? CountPending() : behind, journal, stored, newest is null ? null : Describe(newest), Problem: null);
        }
        catch (IOException e)
        {
            return new IndexCopies(index.Number, 0, 0, 0, LastSnapshot: null, e.Message);
        }
    }

    public async Task<IndexSnapshot> TakeSnapshotAsync(CancellationToken cancellationToken) => Describe(await snapshots.TakeAsync(cancellationToken));

    private static IndexSnapshot Describe(SnapshotRecord snapshot) => new(snapshot.Number, snapshot.Stored, snapshot.At);

    private long CountPending()
    {
        using var db = contexts.CreateDbContext();
        return db.Pending.LongCount();
    }

    /// <summary>Bytes of all objects whose names begin so, and how many come after one of them.</summary>
    private async Task<(long Bytes, long After)> MeasureAsync(string prefix, string? after, CancellationToken cancellationToken)
    {
        var (bytes, count) = (0L, 0L);
        await foreach (var one in bucket.ListAsync(prefix, after: null, cancellationToken))
        {
            bytes += one.Size;
            count += after is not null && string.CompareOrdinal(one.Name, after) > 0 ? 1 : 0;
        }

        return (bytes, count);
    }
}
