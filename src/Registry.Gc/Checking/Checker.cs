using Microsoft.Extensions.Logging;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>One check, step by step and piece by piece, while everything else goes on. What it has done is saved every few seconds.</summary>
internal sealed class Checker(IEnumerable<ICheckStep> steps, Checks checks, TimeProvider time, ILogger<Checker> log)
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);

    /// <summary>Goes on with the check until it ends, is stopped, or a check that somebody asked for waits behind one of the schedule.</summary>
    public async Task RunAsync(CheckRow check, CancellationToken cancellationToken)
    {
        checks.Show(check);
        try
        {
            if (await RunStepsAsync(check, cancellationToken))
            {
                await EndAsync(check, error: null);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It has no end yet: the next start goes on with it.
            await checks.SaveAsync(check, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogError(e, "Check {Check} failed at the step '{Step}'.", check.Id, check.Step);
            await EndAsync(check, $"The step '{check.Step}' failed: {e.Message}");
        }
        finally
        {
            checks.Show(null);
        }
    }

    /// <summary>False: it makes way for another one.</summary>
    private async Task<bool> RunStepsAsync(CheckRow check, CancellationToken cancellationToken)
    {
        foreach (var step in steps.Where(step => step.IsPartOf(check)).SkipWhile(step => check.Step != Checks.Queued && step.Name != check.Step))
        {
            if (check.Step != step.Name)
            {
                (check.Step, check.Cursor) = (step.Name, 0);
                await checks.SaveAsync(check, cancellationToken);
            }

            var saved = time.GetTimestamp();
            while (await step.RunAsync(check, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (time.GetElapsedTime(saved) < Often)
                {
                    continue;
                }

                await checks.SaveAsync(check, cancellationToken);
                saved = time.GetTimestamp();
                if (checks.FindNext()?.Id != check.Id)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private async Task EndAsync(CheckRow check, string? error)
    {
        (check.EndedAt, check.Error) = (time.GetUtcNow(), error);
        await checks.SaveAsync(check, CancellationToken.None);
        log.LogInformation(
            "Check {Check}: {Manifests} manifests, {Objects} stored objects and {Blobs} blobs of {Bytes} bytes looked at. 'check findings' shows what was found.",
            check.Id, check.Manifests, check.Objects, check.Blobs, check.Bytes);
    }
}
