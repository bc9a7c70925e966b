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
    /// <summary>Does what the run is to do, and notes its end. A failure stands in the run, and the next one tries again.</summary>
    public async Task RunAsync(RunRow run, ReconcileScope reconcile, CancellationToken cancellationToken)
    {
        string? error = null;
        try
        {
            foreach (var step in steps)
            {
                await RunStepAsync(step, run, reconcile, cancellationToken);
            }

            run.Step = "objects";
            await runs.SaveAsync(run, cancellationToken);
            await condemned.DeleteDueAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            error = Runs.Stopped;
        }
        catch (Exception e)
        {
            error = $"The step '{run.Step}' failed: {e.Message}";
            log.LogError(e, "The collection failed at the step '{Step}'. The next run goes on from there.", run.Step);
        }

        await runs.EndAsync(run, error);
        var ended = runs.Find(run.Id) ?? run;
        log.LogInformation(
            "Collection {Run}: {Tags} tags, {Manifests} manifests, {Links} links and {Uploads} uploads removed; {CondemnedObjects} objects of {CondemnedBytes} bytes condemned, of which {Objects} of {Bytes} bytes are deleted and {Failed} could not be.",
            ended.Id, ended.Tags, ended.Manifests, ended.Links, ended.Uploads, ended.CondemnedObjects, ended.CondemnedBytes, ended.Objects, ended.FreedBytes, ended.FailedObjects);
    }

    private async Task RunStepAsync(ISweepStep step, RunRow run, ReconcileScope reconcile, CancellationToken cancellationToken)
    {
        run.Step = step.Name;
        await runs.SaveAsync(run, cancellationToken);
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
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
