using Microsoft.Extensions.Hosting;
using Quartz;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;

namespace Registry.Gc.Jobs;

/// <summary>
/// A registry that was down at the time of a run makes up for it at its start. Quartz would need tables of its own for that;
/// the record of runs says the same.
/// </summary>
internal sealed class MissedSchedule(CollectionRunner runner, Runs runs, CollectionOptions options, TimeProvider time) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var cron = new CronExpression(options.Schedule, TimeZoneInfo.Utc);
        if (runs.LastScheduled() is { } last && cron.GetNextValidTimeAfter(last) < time.GetUtcNow())
        {
            await runner.AddAsync(Runs.Schedule, ReconcileScope.Due, cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
