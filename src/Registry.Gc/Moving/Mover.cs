using Microsoft.Extensions.Logging;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Moving;

/// <summary>
/// One move: counts what the old store has, moves it blob by blob, and waits until what is left there is deleted or finished. Then the old store is no
/// store of the registry any more. Killed anywhere, it looks again at what the old store has, and goes on.
/// </summary>
internal sealed class Mover(SourceObjects objects, ObjectMove copies, Moves moves, StoresInUse stores, TimeProvider time)
{
    /// <summary>A bucket answers slowly and many at once.</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <exception cref="IOException">One of the stores cannot do its work.</exception>
    public async Task RunAsync(MoveRow move, MovingBlobStore both, BytePace pace, CancellationToken cancellationToken)
    {
        while (true)
        {
            var left = await CountAsync(move, both, move.Step == Moves.Queued ? "counting" : move.Step, cancellationToken);
            if (left.Blobs > 0)
            {
                (move.Step, move.Objects, move.Bytes) = ("moving", move.MovedObjects + left.Blobs, move.MovedBytes + left.Bytes);
                await moves.SaveAsync(move, cancellationToken);
                await MoveAllAsync(move, both, pace, cancellationToken);
                left = await CountAsync(move, both, "moving", cancellationToken);
            }

            if (left.Blobs == 0 && left.Waiting == 0)
            {
                if (left.Bad == 0)
                {
                    await stores.ForgetAsync(both.Source.Name, cancellationToken);
                }

                return;
            }

            move.Step = "waiting";
            await moves.SaveAsync(move, cancellationToken);
            // Objects that wait for the end of the drain, and uploads that began before the move.
            await Task.Delay(Wait(left), time, cancellationToken);
        }
    }

    private async Task<Remainder> CountAsync(MoveRow move, MovingBlobStore both, string step, CancellationToken cancellationToken)
    {
        move.Step = step;
        var left = await objects.CountAsync(both.Source.Store, cancellationToken);
        (move.Skipped, move.Left) = (left.Bad, left.All);
        await moves.SaveAsync(move, cancellationToken);
        return left;
    }

    private async Task MoveAllAsync(MoveRow move, MovingBlobStore both, BytePace pace, CancellationToken cancellationToken)
    {
        var (gate, saved) = (new Lock(), time.GetTimestamp());
        foreach (var part in StoragePart.All)
        {
            var blobs = await objects.FindBlobsAsync(both.Source.Store, part, cancellationToken);
            await Parallel.ForEachAsync(blobs, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (blob, token) =>
            {
                if (await copies.MoveAsync(blob, both.Source, both.Target, pace, token) == MoveOutcome.Moved)
                {
                    lock (gate)
                    {
                        (move.MovedObjects, move.MovedBytes) = (move.MovedObjects + 1, move.MovedBytes + blob.Size);
                    }
                }
            });
            if (time.GetElapsedTime(saved) > Often)
            {
                await moves.SaveAsync(move, cancellationToken);
                saved = time.GetTimestamp();
            }
        }
    }

    private TimeSpan Wait(Remainder left)
    {
        var wait = left.NextDelete - time.GetUtcNow() ?? Longest;
        return wait < Shortest ? Shortest : wait > Longest ? Longest : wait;
    }
}
