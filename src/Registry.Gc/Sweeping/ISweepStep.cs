using System.Diagnostics;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>
/// One kind of removal. A batch is one short transaction in which everything is looked at anew, so that a step may be killed
/// between any two batches, run twice, or run beside another one.
/// </summary>
internal interface ISweepStep
{
    /// <summary>What it removes, for progress and logs.</summary>
    string Name { get; }

    /// <summary>Removes up to <paramref name="size"/> and returns how many went; 0 ends the step.</summary>
    Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken);

    /// <summary>Adds what a batch removed to the run's record.</summary>
    void Count(RunRow run, int removed);
}

/// <summary>
/// A step on its way in one run. Time does not move within it: what becomes due meanwhile waits for the next run.
/// </summary>
internal sealed record SweepPass(long RunId, DateTimeOffset Now)
{
    /// <summary>How much of the blob store is compared with the index.</summary>
    public ReconcileScope Reconcile { get; init; }

    /// <summary>How far the step has looked; steps that look by one of the two use that one.</summary>
    public long Id { get; set; }

    public DateTimeOffset KeptUntil { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>The plan that the step applies; null before it is made.</summary>
    public long? PlanId { get; set; }

    /// <summary>When the plan decided, by the wall clock.</summary>
    public DateTimeOffset DecidedAt { get; set; } = Now;

    /// <summary>How long the last batch held the writer. Waiting for it, and for the disk, is not in it.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>Whether other changes came while the last batch held the writer, and had to wait for it.</summary>
    public bool WasAwaited { get; private set; }

    /// <summary>Runs the inside of a batch's transaction.</summary>
    public int Measure(IndexWriter writer, Func<int> batch)
    {
        var started = Stopwatch.GetTimestamp();
        var removed = batch();
        (Took, WasAwaited) = (Stopwatch.GetElapsedTime(started), writer.HasWaiting);
        return removed;
    }

    /// <summary>Whether something went since the step last began from the start.</summary>
    public bool HasRemoved { get; set; }
}
