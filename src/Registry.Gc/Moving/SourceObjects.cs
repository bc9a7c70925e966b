using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Moving;

/// <summary>What the old store still has that the index names.</summary>
/// <param name="Blobs">Objects of sound blobs: they are to be moved.</param>
/// <param name="Bytes">Of those.</param>
/// <param name="Bad">Objects of blobs with a finding: they are not.</param>
/// <param name="Waiting">Objects of unfinished uploads, and such as wait to be deleted.</param>
/// <param name="NextDelete">When the first of the waiting ones is deleted; null if none is.</param>
internal sealed record Remainder(int Blobs, long Bytes, int Bad, int Waiting, DateTimeOffset? NextDelete)
{
    public int All => Blobs + Bad + Waiting;
}

/// <summary>Looks through the old store and finds in the index who names its objects. The store says what is left in it, nothing else need be remembered.</summary>
internal sealed class SourceObjects(IDbContextFactory<IndexContext> contexts)
{
    /// <summary>The sound blobs whose objects are in a part of the store.</summary>
    public async Task<IReadOnlyList<BlobRow>> FindBlobsAsync(IBlobStore source, StoragePart part, CancellationToken cancellationToken)
    {
        var blobs = new List<BlobRow>();
        foreach (var keys in (await ListAsync(source, part, cancellationToken)).Whole.Chunk(QueryLimits.ValuesPerQuery))
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            blobs.AddRange(db.Blobs.Where(b => keys.Contains(b.StorageKey) && b.Finding == null));
        }

        return blobs;
    }

    public async Task<Remainder> CountAsync(IBlobStore source, CancellationToken cancellationToken)
    {
        var total = new Remainder(0, 0, 0, 0, null);
        foreach (var part in StoragePart.All)
        {
            var listed = await ListAsync(source, part, cancellationToken);
            if (listed.Whole.Count + listed.Staged.Count > 0)
            {
                total = Add(total, part, listed);
            }
        }

        return total;
    }

    /// <summary>Condemned rows have no index by key, so all of them are read for each part: outside of the writer, and while a move counts only.</summary>
    private Remainder Add(Remainder total, StoragePart part, ListedKeys listed)
    {
        using var db = contexts.CreateDbContext();
        using var snapshot = Snapshot.Begin(db);
        var blobs = listed.Whole.Chunk(QueryLimits.ValuesPerQuery).SelectMany(keys => db.Blobs.Where(b => keys.Contains(b.StorageKey)).Select(b => new { b.Size, IsBad = b.Finding != null }).ToList()).ToList();
        var (from, to) = (part.KeyPrefix, part.KeyPrefix[..^1] + (char)('/' + 1));
        var condemned = db.Condemned.Where(c => string.Compare(c.StorageKey, from) >= 0 && string.Compare(c.StorageKey, to) < 0).Select(c => new { c.StorageKey, c.DeleteAfter }).AsEnumerable()
            .Where(c => listed.Has(c.StorageKey)).Select(c => c.DeleteAfter).ToList();
        var uploads = db.UploadSessions.Where(s => string.Compare(s.StorageKey, from) >= 0 && string.Compare(s.StorageKey, to) < 0).Select(s => s.StorageKey).AsEnumerable().Count(listed.Has);
        var next = condemned.Append(total.NextDelete ?? DateTimeOffset.MaxValue).Min();
        return new Remainder(
            total.Blobs + blobs.Count(b => !b.IsBad), total.Bytes + blobs.Where(b => !b.IsBad).Sum(b => b.Size), total.Bad + blobs.Count(b => b.IsBad),
            total.Waiting + condemned.Count + uploads, next == DateTimeOffset.MaxValue ? null : next);
    }

    private static async Task<ListedKeys> ListAsync(IBlobStore source, StoragePart part, CancellationToken cancellationToken)
    {
        var listed = new ListedKeys(new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        await foreach (var stored in source.ListAsync(part, cancellationToken))
        {
            if (stored.Key.IsValid)
            {
                (stored.As == StoredAs.Whole ? listed.Whole : listed.Staged).Add(stored.Key.ToString());
            }
        }

        return listed;
    }

    /// <summary>What is staged is no object to move; but an upload, or what waits to be deleted, needs the store for it.</summary>
    private sealed record ListedKeys(HashSet<string> Whole, HashSet<string> Staged)
    {
        public bool Has(string key) => Whole.Contains(key) || Staged.Contains(key);
    }
}
