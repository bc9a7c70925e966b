using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>What became of objects whose time had come. Bytes are those of the objects that are gone.</summary>
public readonly record struct DeletedObjects(int Gone, long Bytes, int Failed);

/// <summary>
/// Stored objects that nothing names any more. First the index forgets the name and remembers the key (one transaction),
/// then the bytes go, then the key: a crash in between only repeats a delete.
/// </summary>
public sealed class CondemnedObjects(IDbContextFactory<IndexContext> contexts, IndexWriter writer, IBlobStore store, TimeProvider time)
{
    private const int BatchSize = 1000;

    /// <summary>Deletes what is due. What could not be deleted stays for the next time, and is not counted as gone.</summary>
    public async Task<DeletedObjects> DeleteDueAsync(CancellationToken cancellationToken)
    {
        var (total, lastId) = (default(DeletedObjects), 0L);
        while (true)
        {
            var now = time.GetUtcNow();
            List<CondemnedRow> due;
            await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                due = db.Condemned.Where(c => c.DeleteAfter <= now && c.Id > lastId).OrderBy(c => c.Id).Take(BatchSize).ToList();
            }

            if (due.Count == 0)
            {
                return total;
            }

            lastId = due[^1].Id;
            // An index that is restored from its journal must not name an object that has gone.
            await writer.FlushAsync(cancellationToken);
            var deleted = await DeleteAsync(due, writer.WriteBesideAsync, cancellationToken);
            total = new DeletedObjects(total.Gone + deleted.Gone, total.Bytes + deleted.Bytes, total.Failed + deleted.Failed);
        }
    }

    /// <summary>Deletes one object now if it is due: its bytes were never anybody's.</summary>
    public async Task DeleteDueAsync(long condemnedId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<CondemnedRow> due;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            due = db.Condemned.Where(c => c.Id == condemnedId && c.DeleteAfter <= now).ToList();
        }

        // A client waits for it. No blob has ever named it, so what the journal knows of it does not matter.
        await DeleteAsync(due, writer.WriteSoonAsync, cancellationToken);
    }

    private async Task<DeletedObjects> DeleteAsync(List<CondemnedRow> due, Func<Func<IndexContext, int>, CancellationToken, Task<int>> write, CancellationToken cancellationToken)
    {
        var gone = (await store.DeleteAsync([.. due.Select(c => StorageKey.Parse(c.StorageKey))], cancellationToken)).Select(key => key.ToString()).ToHashSet(StringComparer.Ordinal);
        var deleted = due.Where(c => gone.Contains(c.StorageKey)).ToList();
        await write(db => Settle(db, due, gone), cancellationToken);
        return new DeletedObjects(deleted.Count, deleted.Sum(c => c.Size), due.Count - deleted.Count);
    }

    private int Settle(IndexContext db, List<CondemnedRow> due, HashSet<string> gone)
    {
        var goneIds = due.Where(c => gone.Contains(c.StorageKey)).Select(c => c.Id).ToList();
        var (isGone, hasFailed) = (SqlSet.Of(goneIds), SqlSet.Of(due.Where(c => !gone.Contains(c.StorageKey)).Select(c => c.Id)));
        // Of rows that are still there: somebody else may have deleted the same object meanwhile.
        Receipts.OfObjects(db, goneIds, time.GetUtcNow());
        db.Database.ExecuteSql($"UPDATE condemned SET Failures = Failures + 1 WHERE Id IN (SELECT value FROM json_each({hasFailed}))");
        Receipts.OfFailures(db, hasFailed, time.GetUtcNow());
        CountInRuns(db, isGone, hasFailed);
        return db.Database.ExecuteSql($"DELETE FROM condemned WHERE Id IN (SELECT value FROM json_each({isGone}))");
    }

    /// <summary>The run that condemned an object is told what became of it: FailedObjects are those that fail now, each counted once.</summary>
    private static void CountInRuns(IndexContext db, string isGone, string hasFailed)
    {
        db.Database.ExecuteSql($"""
            UPDATE runs SET Objects = Objects + settled.Gone, FreedBytes = FreedBytes + settled.Bytes, FailedObjects = FailedObjects - settled.Mended
            FROM (SELECT RunId, COUNT(*) AS Gone, SUM(Size) AS Bytes, SUM(Failures > 0) AS Mended FROM condemned
                WHERE Id IN (SELECT value FROM json_each({isGone})) AND RunId IS NOT NULL GROUP BY RunId) AS settled
            WHERE runs.Id = settled.RunId
            """);
        db.Database.ExecuteSql($"""
            UPDATE runs SET FailedObjects = FailedObjects + failing.Failing
            FROM (SELECT RunId, COUNT(*) AS Failing FROM condemned
                WHERE Id IN (SELECT value FROM json_each({hasFailed})) AND RunId IS NOT NULL AND Failures = 1 GROUP BY RunId) AS failing
            WHERE runs.Id = failing.RunId
            """);
    }
}
