using Microsoft.Extensions.Logging;
using Quartz;
using Registry.Storage.Content;

namespace Registry.Gc.Jobs;

/// <summary>Deletes the stored objects whose drain time is over.</summary>
[DisallowConcurrentExecution]
internal sealed class DeleteCondemnedJob(CondemnedObjects condemned, ILogger<DeleteCondemnedJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var deleted = await condemned.DeleteDueAsync(cancellationToken);
        if (deleted.Gone + deleted.Failed > 0)
        {
            log.Log(
                deleted.Failed > 0 ? LogLevel.Warning : LogLevel.Information,
                "{Count} condemned objects deleted, {Bytes} bytes; {Failed} could not be and are tried again.", deleted.Gone, deleted.Bytes, deleted.Failed);
        }
    }
}
