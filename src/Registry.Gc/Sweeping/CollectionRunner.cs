using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>Runs the collection when it is asked for, one run at a time, in the order of asking.</summary>
public sealed class CollectionRunner : BackgroundService
{
    private readonly Channel<(RunRow Run, ReconcileScope Reconcile)> queue = Channel.CreateUnbounded<(RunRow, ReconcileScope)>();
    private readonly Sweeper sweeper;
    private readonly Runs runs;

    internal CollectionRunner(Sweeper sweeper, Runs runs) => (this.sweeper, this.runs) = (sweeper, runs);

    /// <summary>Asks for a run and returns its id; <see cref="Runs"/> says how it goes.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="reconcile">How much of the blob store it compares with the index.</param>
    public async Task<long> AddAsync(string by, ReconcileScope reconcile, CancellationToken cancellationToken)
    {
        var run = await runs.AddAsync(by, cancellationToken);
        queue.Writer.TryWrite((run, reconcile));
        return run.Id;
    }

    /// <summary>Asks for a run by the schedule. While one is queued already, behind a long one, no second is added.</summary>
    internal async Task AddScheduledAsync(CancellationToken cancellationToken)
    {
        if (await runs.AddScheduledAsync(cancellationToken) is { } run)
        {
            queue.Writer.TryWrite((run, ReconcileScope.Due));
        }
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await runs.EndStoppedAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var (run, reconcile) in queue.Reader.ReadAllAsync(stoppingToken))
            {
                await sweeper.RunAsync(run, reconcile, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping. A run that was still queued has no end yet; the next start says so.
        }
    }
}
