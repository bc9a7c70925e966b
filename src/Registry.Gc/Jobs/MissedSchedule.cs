using Microsoft.Extensions.Hosting;
using Quartz;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Jobs;

/// <summary>
/// A registry that was down at the time of a run, or was stopped in the middle of one, makes up for it at its start. Quartz would
/// need tables of its own for that; the record of runs says the same.
/// </summary>
internal sealed class MissedSchedule(CollectionRunner runner, Runs runs, CollectionOptions options, TimeProvider time) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsMissed(runs.LastScheduled(2)))
        {
            await runner.AddScheduledAsync(cancellationToken);
        }
    }

    private bool IsMissed(IReadOnlyList<RunRow> latest)
    {
        // Once: if it is the run that ends the process, the registry must not do nothing else any more.
        if (latest is [{ Error: Runs.Stopped }, ..] and not [_, { Error: Runs.Stopped }])
        {
            return true;
        }

        var since = latest.Count > 0 ? latest[0].StartedAt : runs.FirstPush();
        return since is { } last && new CronExpression(options.Schedule, TimeZoneInfo.Utc).GetNextValidTimeAfter(last) < time.GetUtcNow();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
