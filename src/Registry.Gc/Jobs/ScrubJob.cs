using Quartz;
using Registry.Gc.Checking;

namespace Registry.Gc.Jobs;

/// <summary>Asks for the check that reads every blob, when the last one is long enough ago.</summary>
[DisallowConcurrentExecution]
internal sealed class ScrubJob(CheckRunner runner) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await runner.AddScheduledAsync(cancellationToken);
}
