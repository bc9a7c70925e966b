using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>
/// Stored objects that nothing names any more. First the index forgets the name and remembers the key (one transaction),
/// then the bytes go, then the key: a crash in between only repeats a delete.
/// </summary>
public sealed class CondemnedObjects(IDbContextFactory<IndexContext> contexts, IndexWriter writer, IBlobStore store, TimeProvider time)
{
    private const int BatchSize = 1000;

    /// <summary>Inside the change that removes the last name of <paramref name="storageKey"/>.</summary>
    internal static void Add(IndexContext db, string storageKey, long size, DateTimeOffset deleteAfter)
    {
        db.Condemned.Add(new CondemnedRow { StorageKey = storageKey, Size = size, DeleteAfter = deleteAfter });
        db.SaveChanges();
    }

    /// <summary>Deletes what is due and returns how many objects went. What could not be deleted stays for the next time.</summary>
    public async Task<int> DeleteDueAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        var lastId = 0L;
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
                return deleted;
            }

            lastId = due[^1].Id;
            deleted += await DeleteAsync(due, cancellationToken);
        }
    }

    /// <summary>Deletes one object now if it is due: its bytes were never anybody's.</summary>
    public async Task DeleteDueAsync(string storageKey, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<CondemnedRow> due;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            due = db.Condemned.Where(c => c.StorageKey == storageKey && c.DeleteAfter <= now).ToList();
        }

        await DeleteAsync(due, cancellationToken);
    }

    private async Task<int> DeleteAsync(List<CondemnedRow> due, CancellationToken cancellationToken)
    {
        var gone = await store.DeleteAsync([.. due.Select(c => Model.StorageKey.Parse(c.StorageKey))], cancellationToken);
        var goneKeys = gone.Select(key => key.ToString()).ToHashSet(StringComparer.Ordinal);
        var rows = due.Where(c => goneKeys.Contains(c.StorageKey)).Select(c => c.Id).ToList();
        return await writer.WriteAsync(
            db => rows.Chunk(QueryLimits.ValuesPerQuery).Sum(some => db.Condemned.Where(c => some.Contains(c.Id)).ExecuteDelete()),
            cancellationToken);
    }
}
