using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Sweeping;

/// <summary>How much of the blob store a run compares with the index.</summary>
public enum ReconcileScope
{
    /// <summary>As much as makes the whole of it in Registry:Collection:ReconcileEvery.</summary>
    Due,

    All,
}

/// <summary>
/// A slow comparison of the blob store with the index: each of its 256 parts once in Registry:Collection:ReconcileEvery, those
/// first that were compared longest ago. What it finds is counted by what it is done about it.
/// </summary>
internal sealed class ReconcileStep(IDbContextFactory<IndexContext> contexts, StoreComparison comparison, Deadlines deadlines, CollectionOptions options) : ISweepStep
{
    public string Name => "reconcile";

    public void Count(RunRow run, int removed)
    {
    }

    /// <summary>All parts in one go: each remembers that it was compared, so that a run that is killed has lost one part at most.</summary>
    public async Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken)
    {
        foreach (var part in FindDue(pass))
        {
            await comparison.CompareAsync(part, pass.Now - options.UploadExpiry, new RunTime(pass.RunId, pass.Now, deadlines.DrainFromNow), cancellationToken);
        }

        return 0;
    }

    private IEnumerable<StoragePart> FindDue(SweepPass pass)
    {
        Dictionary<string, DateTimeOffset> compared;
        using (var db = contexts.CreateDbContext())
        {
            compared = db.Compared.ToDictionary(c => c.Prefix, c => c.At);
        }

        var count = pass.Reconcile == ReconcileScope.All ? StoragePart.All.Count : CountDue(compared, pass.Now);
        return StoragePart.All.OrderBy(part => compared.TryGetValue(part.ToString(), out var at) ? at : DateTimeOffset.MinValue).Take(count);
    }

    /// <summary>As many parts as the time since the last one is worth, rounded up; none if runs are so close that it is not worth one.</summary>
    private int CountDue(Dictionary<string, DateTimeOffset> compared, DateTimeOffset now)
    {
        if (compared.Count == 0)
        {
            return 1;
        }

        var parts = StoragePart.All.Count * ((now - compared.Values.Max()) / options.ReconcileEvery);
        return parts < 1 ? 0 : (int)Math.Min(StoragePart.All.Count, Math.Ceiling(parts));
    }
}
