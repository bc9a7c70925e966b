using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>Runs checks one at a time. The record is the queue: what was not done when the registry stopped, or was killed, is done at the next start.</summary>
public sealed class CheckRunner : BackgroundService
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Checker checker;
    private readonly Checks checks;
    private readonly CheckOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<CheckRunner> log;

    internal CheckRunner(Checker checker, Checks checks, CheckOptions options, TimeProvider time, ILogger<CheckRunner> log) =>
        (this.checker, this.checks, this.options, this.time, this.log) = (checker, checks, options, time, log);

    /// <summary>Asks for a check and returns its id; <see cref="Checks"/> says how it goes.</summary>
    /// <param name="by">Who asks.</param>
    public async Task<long> AddAsync(string by, bool read, bool repair, CancellationToken cancellationToken)
    {
        var check = await checks.AddAsync(by, read, repair, cancellationToken);
        asked.Writer.TryWrite(true);
        return check.Id;
    }

    /// <summary>Asks for the check that reads everything, when it is due.</summary>
    internal async Task AddScheduledAsync(CancellationToken cancellationToken)
    {
        if (options.ReadEvery > TimeSpan.Zero && await checks.AddScheduledAsync(options.ReadEvery, cancellationToken) is not null)
        {
            asked.Writer.TryWrite(true);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    while (checks.FindNext() is { } next)
                    {
                        await checker.RunAsync(next, stoppingToken);
                        stoppingToken.ThrowIfCancellationRequested();
                    }

                    await asked.Reader.ReadAsync(stoppingToken);
                }
                catch (Exception e) when (IndexFailure.Is(e))
                {
                    // Not even a failure can be written down (a full disk).
                    log.LogError(e, "The index does not take what checks write down. They go on later.");
                    await Task.Delay(AgainAfter, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }
}
