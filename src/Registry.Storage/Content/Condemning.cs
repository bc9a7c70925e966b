using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>A stored object loses its last name. All of it inside the change of the index that takes the name.</summary>
internal static class Condemning
{
    /// <summary>An object that is nobody's any more.</summary>
    public static void Add(IndexContext db, string storageKey, long size, string? digest, string reason, DateTimeOffset deleteAfter)
    {
        db.Condemned.Add(new CondemnedRow { StorageKey = storageKey, Size = size, Digest = digest, Reason = reason, DeleteAfter = deleteAfter });
        db.SaveChanges();
    }

    /// <summary>Condemns those of these blobs that no repository links any more, and returns how many there were.</summary>
    public static int WhereUnlinked(IndexContext db, IReadOnlyCollection<long> blobIds, DateTimeOffset deleteAfter)
    {
        var count = 0;
        foreach (var some in blobIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            var unlinked = db.Blobs.Where(b => some.Contains(b.Id) && !db.Links.Any(l => l.BlobId == b.Id)).ToList();
            var ids = unlinked.Select(b => b.Id).ToList();
            db.Condemned.AddRange(unlinked.Select(b => new CondemnedRow { StorageKey = b.StorageKey, Size = b.Size, Digest = b.Digest, Reason = "no repository links it", DeleteAfter = deleteAfter }));
            db.SaveChanges();
            db.Blobs.Where(b => ids.Contains(b.Id)).ExecuteDelete();
            count += unlinked.Count;
        }

        return count;
    }
}
