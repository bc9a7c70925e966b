using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Registry.Storage.Blobs;
using Registry.Storage.Index;

namespace Registry.Gc.Moving;

/// <summary>Runs the move of all stored objects from the store that <c>Registry:Storage:MigrateFrom</c> names to the other one. One that was stopped goes on at the next start.</summary>
public sealed class MoveRunner : BackgroundService
{
    /// <summary>So often in a row, without one object moved in between, a store fails before the move is given up.</summary>
    private const int MostFailures = 10;

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly MovingBlobStore? both;
    private readonly Mover mover;
    private readonly Moves moves;
    private readonly BytePace pace;
    private readonly TimeProvider time;
    private readonly ILogger<MoveRunner> log;

    internal MoveRunner(IBlobStore store, Mover mover, Moves moves, MoveTiming timing, ILogger<MoveRunner> log)
    {
        (both, this.mover, this.moves, this.log) = (store as MovingBlobStore, mover, moves, log);
        (time, pace) = (timing.Time, timing.Pace);
    }

    /// <summary>The old and the new store; null where no old one is configured.</summary>
    public (string From, string To)? Stores => both is null ? null : (both.Source.Name, both.Target.Name);

    /// <summary>Asks for the move and returns its id: that of the one that has not ended, if there is one.</summary>
    /// <param name="by">Who asks.</param>
    /// <exception cref="InvalidOperationException">No old store is configured.</exception>
    public async Task<long> AddAsync(string by, CancellationToken cancellationToken)
    {
        var (from, to) = Stores ?? throw new InvalidOperationException("Registry:Storage:MigrateFrom names no store.");
        var move = await moves.AddAsync(by, from, to, cancellationToken);
        asked.Writer.TryWrite(true);
        return move.Id;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    while (moves.FindNext() is { } next)
                    {
                        await RunAsync(next, stoppingToken);
                    }

                    await asked.Reader.ReadAsync(stoppingToken);
                }
                catch (Exception e) when (IndexFailure.Is(e))
                {
                    log.LogError(e, "The index does not take what the migration writes down. It goes on later.");
                    await Task.Delay(AgainAfter, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task RunAsync(MoveRow move, CancellationToken stoppingToken)
    {
        if (both is null || (move.From, move.To) != Stores)
        {
            await EndAsync(move, "The configuration names other stores now. Ask for a new one.");
            return;
        }

        moves.Show(move);
        try
        {
            await EndAsync(move, await TryAsync(move, both, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await moves.SaveAsync(move, CancellationToken.None);
            throw;
        }
        finally
        {
            moves.Show(null);
        }
    }

    /// <summary>Null when all is done; else what made it fail for good.</summary>
    private async Task<string?> TryAsync(MoveRow move, MovingBlobStore stores, CancellationToken stoppingToken)
    {
        var (failures, movedBefore) = (0, move.MovedObjects);
        while (true)
        {
            try
            {
                await mover.RunAsync(move, stores, pace, stoppingToken);
                return null;
            }
            catch (Exception e) when (e is not OperationCanceledException && !IndexFailure.Is(e))
            {
                failures = move.MovedObjects > movedBefore ? 1 : failures + 1;
                movedBefore = move.MovedObjects;
                log.LogWarning(e, "The migration from {From} to {To} was held up.", move.From, move.To);
                if (failures >= MostFailures || e is not IOException)
                {
                    return e.Message;
                }

                move.Error = e.Message;
                await moves.SaveAsync(move, stoppingToken);
                await Task.Delay(AgainAfter, time, stoppingToken);
                move.Error = null;
            }
        }
    }

    private async Task EndAsync(MoveRow move, string? error)
    {
        (move.EndedAt, move.Error) = (time.GetUtcNow(), error);
        await moves.SaveAsync(move, CancellationToken.None);
        log.LogInformation(
            "Migration {Migration} from {From} to {To}: {Objects} objects of {Bytes} bytes moved, {Skipped} skipped, {Left} left. {Error}",
            move.Id, move.From, move.To, move.MovedObjects, move.MovedBytes, move.Skipped, move.Left, error ?? "");
    }
}

/// <summary>How fast a move goes, and by which clock.</summary>
internal sealed record MoveTiming(BytePace Pace, TimeProvider Time);
