using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>Reads the receipts of removals; they are written by what removes.</summary>
public sealed class ReceiptLog(IDbContextFactory<IndexContext> contexts)
{
    /// <summary>The newest first.</summary>
    /// <param name="before">Only receipts before this one; null for all.</param>
    /// <param name="runId">Only those of this run; null for all.</param>
    public IReadOnlyList<ReceiptRow> List(long? before, long? runId, int count)
    {
        using var db = contexts.CreateDbContext();
        return db.Receipts.Where(r => (before == null || r.Id < before) && (runId == null || r.RunId == runId)).OrderByDescending(r => r.Id).Take(count).ToList();
    }
}
