using Quartz;
using Registry.Storage.Content;

namespace Registry.Gc.Jobs;

/// <summary>Notes how much is stored, to see how it grows.</summary>
[DisallowConcurrentExecution]
internal sealed class StorageSampleJob(StorageFigures figures) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await figures.SampleAsync(cancellationToken);
}
