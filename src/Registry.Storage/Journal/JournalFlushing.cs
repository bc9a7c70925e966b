using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>Takes to the journal, a moment later, what was committed without waiting for it; and at the end all of it, and a snapshot.</summary>
public sealed partial class JournalFlushing(IndexWriter writer, SnapshotTaking snapshots, TimeProvider time, ILogger<JournalFlushing> log) : BackgroundService
{
    /// <summary>What may be lost with its host at most. A push that takes longer than that costs an object of the journal more.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(cancellationToken);
        try
        {
            await snapshots.TakeAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException || IndexFailure.Is(e))
        {
            CouldNotTake(log, e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryFlushAsync(stoppingToken);
        }
    }

    private async Task TryFlushAsync(CancellationToken cancellationToken)
    {
        if (!writer.HasPending)
        {
            return;
        }

        try
        {
            await writer.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (IndexFailure.Is(e))
        {
            CouldNotFlush(log, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No snapshot was made at the end ({Reason}): the next start reads the journal instead.")]
    private static partial void CouldNotTake(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was uploaded in the last moments is on this disk only: {Reason} It is tried again.")]
    private static partial void CouldNotFlush(ILogger log, string reason);
}
