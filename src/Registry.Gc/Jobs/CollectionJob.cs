using Quartz;
using Registry.Gc.Sweeping;

namespace Registry.Gc.Jobs;

/// <summary>Asks for a run of the collection.</summary>
[DisallowConcurrentExecution]
internal sealed class CollectionJob(CollectionRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await runner.AddScheduledAsync(cancellationToken);
}
