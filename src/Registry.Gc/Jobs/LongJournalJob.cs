using Quartz;
using Registry.Storage.Journal;

namespace Registry.Gc.Jobs;

/// <summary>Writes a copy of the index to the bucket ahead of its time, where the journal has become long.</summary>
[DisallowConcurrentExecution]
internal sealed class LongJournalJob(SnapshotTaking snapshots, IndexOptions options) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (await snapshots.CountSinceNewestAsync(cancellationToken) >= options.SnapshotAfter)
        {
            await snapshots.TakeAsync(cancellationToken);
        }
    }
}
