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

    /// <summary>Condemns those of these blobs that no repository links any more.</summary>
    public static void WhereUnlinked(IndexContext db, IEnumerable<long> blobIds, DateTimeOffset deleteAfter)
    {
        var ids = SqlSet.Of(blobIds);
        var condemned = db.Database.ExecuteSql($"""
            INSERT INTO condemned (StorageKey, Size, Digest, Reason, DeleteAfter, Failures)
            SELECT StorageKey, Size, Digest, 'no repository links it', {deleteAfter.ToUnixTimeMilliseconds()}, 0 FROM blobs b
            WHERE b.Id IN (SELECT value FROM json_each({ids})) AND NOT EXISTS (SELECT 1 FROM links l WHERE l.BlobId = b.Id)
            """);
        if (condemned > 0)
        {
            db.Database.ExecuteSql($"DELETE FROM blobs WHERE Id IN (SELECT value FROM json_each({ids})) AND NOT EXISTS (SELECT 1 FROM links l WHERE l.BlobId = blobs.Id)");
        }
    }
}
