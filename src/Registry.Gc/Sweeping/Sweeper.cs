using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>
/// One run of the collection, while everything else goes on: step by step, each in batches that are short transactions of
/// their own. Killed anywhere, the next run goes on where it is.
/// </summary>
internal sealed class Sweeper(IEnumerable<ISweepStep> steps, CondemnedObjects condemned, Runs runs, SweepClock clock, ILogger<Sweeper> log)
{
    /// <summary>How often a long step's progress is written down.</summary>
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(1);

    /// <summary>Does what the run is to do, and notes its end. The first failure stands in the run, and the next one tries again.</summary>
    public async Task RunAsync(RunRow run, ReconcileScope reconcile, CancellationToken cancellationToken)
    {
        string? error = null;
        try
        {
            foreach (var step in steps)
            {
                var failure = await TryAsync(run, step.Name, () => RunStepAsync(step, run, reconcile, cancellationToken), cancellationToken);
                error ??= failure;
            }

            var last = await TryAsync(run, "objects", () => condemned.DeleteDueAsync(cancellationToken), cancellationToken);
            error ??= last;
        }
        catch (OperationCanceledException)
        {
            error = Runs.Stopped;
        }

        await runs.EndAsync(run, error, cancellationToken);
        var ended = runs.Find(run.Id) ?? run;
        log.LogInformation(
            "Collection {Run}: {Tags} tags, {Manifests} manifests, {Links} links and {Uploads} uploads removed; {CondemnedObjects} objects of {CondemnedBytes} bytes condemned, of which {Objects} of {Bytes} bytes are deleted and {Failed} could not be.",
            ended.Id, ended.Tags, ended.Manifests, ended.Links, ended.Uploads, ended.CondemnedObjects, ended.CondemnedBytes, ended.Objects, ended.FreedBytes, ended.FailedObjects);
    }

    /// <summary>Does one step. What fails in it is returned, and the steps after it are done all the same: each looks for itself at what may go.</summary>
    private async Task<string?> TryAsync(RunRow run, string step, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            run.Step = step;
            await runs.SaveAsync(run, cancellationToken);
            await work();
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "The collection failed at the step '{Step}'. It goes on with the next one, and the next run tries again.", step);
            return $"The step '{step}' failed: {e.Message}";
        }
    }

    private async Task RunStepAsync(ISweepStep step, RunRow run, ReconcileScope reconcile, CancellationToken cancellationToken)
    {
        var saved = Stopwatch.GetTimestamp();
        var (size, pass) = (new BatchSize(), new SweepPass(run.Id, clock.Now) { Reconcile = reconcile });
        while (true)
        {
            var removed = await step.RunBatchAsync(pass, size.Value, cancellationToken);
            if (removed == 0)
            {
                return;
            }

            size.LearnFrom(pass);
            step.Count(run, removed);
            if (Stopwatch.GetElapsedTime(saved) > Often)
            {
                await runs.SaveAsync(run, cancellationToken);
                saved = Stopwatch.GetTimestamp();
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
