using Microsoft.Extensions.Logging;
using Quartz;
using Registry.Storage.Content;

namespace Registry.Gc.Jobs;

/// <summary>Cancels abandoned upload sessions (specification, end-14: the server should time them out).</summary>
[DisallowConcurrentExecution]
internal sealed class ExpireUploadsJob(UploadSessions sessions, ILogger<ExpireUploadsJob> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var expired = await sessions.ExpireAsync(runId: null, cancellationToken);
        if (expired > 0)
        {
            log.LogInformation("{Count} abandoned upload sessions expired.", expired);
        }
    }
}
