using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>A stored object loses its last name. All of it inside the change of the index that takes the name.</summary>
internal static class Condemning
{
    /// <summary>An object that is nobody's any more.</summary>
    /// <param name="runId">The run that took its last name; null where a client did.</param>
    /// <returns>The id of its row.</returns>
    public static long Add(IndexContext db, string storageKey, long size, string? digest, string reason, DateTimeOffset deleteAfter, long? runId = null)
    {
        var row = new CondemnedRow { StorageKey = storageKey, Size = size, Digest = digest, Reason = reason, DeleteAfter = deleteAfter, RunId = runId };
        db.Condemned.Add(row);
        db.SaveChanges();
        Count(db, runId, 1, size);
        return row.Id;
    }

    /// <summary>Condemns those of these blobs that no repository links any more.</summary>
    /// <param name="runId">The run that took the links; null where a client did.</param>
    public static void WhereUnlinked(IndexContext db, IEnumerable<long> blobIds, DateTimeOffset deleteAfter, long? runId = null)
    {
        var ids = SqlSet.Of(blobIds);
        var condemned = db.Database.ExecuteSql($"""
            INSERT INTO condemned (StorageKey, Size, Digest, Reason, DeleteAfter, RunId, Failures)
            SELECT StorageKey, Size, Digest, 'no repository links it', {deleteAfter.ToUnixTimeMilliseconds()}, {runId}, 0 FROM blobs b
            WHERE b.Id IN (SELECT value FROM json_each({ids})) AND NOT EXISTS (SELECT 1 FROM links l WHERE l.BlobId = b.Id)
            """);
        if (condemned > 0)
        {
            if (runId is not null)
            {
                Count(db, runId, condemned, db.Database.SqlQuery<long>($"""
                    SELECT SUM(Size) AS Value FROM blobs b WHERE b.Id IN (SELECT value FROM json_each({ids})) AND NOT EXISTS (SELECT 1 FROM links l WHERE l.BlobId = b.Id)
                    """).AsEnumerable().Single());
            }

            db.Database.ExecuteSql($"DELETE FROM blobs WHERE Id IN (SELECT value FROM json_each({ids})) AND NOT EXISTS (SELECT 1 FROM links l WHERE l.BlobId = blobs.Id)");
        }
    }

    /// <summary>Those of these objects that no session, no blob and no condemned row names.</summary>
    public static IReadOnlyList<StoredObject> FindUnnamed(IndexContext db, IReadOnlyCollection<StoredObject> objects)
    {
        var keys = objects.Select(o => o.Key.ToString()).ToList();
        var named = db.UploadSessions.Where(s => keys.Contains(s.StorageKey)).Select(s => s.StorageKey)
            .Concat(db.Blobs.Where(b => keys.Contains(b.StorageKey)).Select(b => b.StorageKey))
            .Concat(db.Condemned.Where(c => keys.Contains(c.StorageKey)).Select(c => c.StorageKey)).ToHashSet(StringComparer.Ordinal);
        return [.. objects.Where(o => !named.Contains(o.Key.ToString()))];
    }

    /// <summary>Condemns those of these objects that nothing names, and returns them.</summary>
    /// <param name="runId">The run that found them; null where none did.</param>
    public static IReadOnlyList<StoredObject> WhereUnnamed(IndexContext db, IReadOnlyCollection<StoredObject> objects, DateTimeOffset deleteAfter, long? runId)
    {
        var unnamed = FindUnnamed(db, objects);
        db.Condemned.AddRange(unnamed.Select(o => new CondemnedRow { StorageKey = o.Key.ToString(), Size = o.Size, Reason = "nothing names it", DeleteAfter = deleteAfter, RunId = runId }));
        db.SaveChanges();
        Count(db, runId, unnamed.Count, unnamed.Sum(o => o.Size));
        db.Runs.Where(r => r.Id == runId).ExecuteUpdate(set => set.SetProperty(r => r.Unnamed, r => r.Unnamed + unnamed.Count));
        return unnamed;
    }

    /// <summary>In the run's row, in this same transaction: its bytes are freed later, perhaps long after the run has ended.</summary>
    private static void Count(IndexContext db, long? runId, long objects, long bytes)
    {
        if (runId is { } run)
        {
            db.Database.ExecuteSql($"UPDATE runs SET CondemnedObjects = CondemnedObjects + {objects}, CondemnedBytes = CondemnedBytes + {bytes} WHERE Id = {run}");
        }
    }
}
