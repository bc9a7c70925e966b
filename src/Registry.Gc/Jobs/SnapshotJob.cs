using Quartz;
using Registry.Storage.Journal;

namespace Registry.Gc.Jobs;

/// <summary>Writes a copy of the index to the bucket.</summary>
[DisallowConcurrentExecution]
internal sealed class SnapshotJob(SnapshotTaking snapshots) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await snapshots.TakeAsync(cancellationToken);
}
