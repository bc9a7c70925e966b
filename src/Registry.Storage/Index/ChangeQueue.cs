using System.Diagnostics;

namespace Registry.Storage.Index;

/// <summary>
/// Changes that wait for the writer. Those that somebody waits for go first, as many together as there are; the others, which the
/// registry makes for itself, one by one when nobody else is there. So a push waits for one of them at most, and its commit has none in it.
/// </summary>
internal sealed class ChangeQueue
{
    private const int MostTogether = 64;

    /// <summary>Then one that was put off goes first, for pushes may never stop coming.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// So long after a change the next one of the same client is likely: a push is five in a row. Without it a push met a batch of the
    /// sweep at each of them, and took three times as long.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(3);

    // A monitor, and no Lock: the writer's thread waits on it.
    private readonly object gate = new();
    private readonly Queue<Change> first = new();
    private readonly Queue<Change> putOff = new();
    private bool isClosed;
    private long lastTaken;

    /// <summary>Whether somebody waits for a change of his.</summary>
    public bool HasWaiting
    {
        get
        {
            lock (gate)
            {
                return first.Count > 0;
            }
        }
    }

    /// <summary>False: the queue is closed, and takes nothing any more.</summary>
    public bool TryAdd(Change change) => TryAdd(first, change);

    /// <summary>The same for a change that lets all others go first.</summary>
    public bool TryAddPutOff(Change change) => TryAdd(putOff, change);

    /// <summary>What is in the queue can still be taken.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits for changes and takes those that are to be committed together. False: the queue is closed, and empty.</summary>
    /// <param name="batch">An empty list.</param>
    public bool Take(List<Change> batch)
    {
        lock (gate)
        {
            while (true)
            {
                var isTurn = putOff.TryPeek(out var next) && (isClosed || Stopwatch.GetElapsedTime(next.AskedAt) > Longest);
                if (!isTurn && first.Count > 0)
                {
                    TakeFirst(batch);
                    return true;
                }

                var patience = Linger - Stopwatch.GetElapsedTime(lastTaken);
                if (next is not null && (isTurn || patience <= TimeSpan.Zero))
                {
                    batch.Add(putOff.Dequeue());
                    return true;
                }

                if (next is null && isClosed)
                {
                    return false;
                }

                // Milliseconds, and never none: a wait of 0 would be none at all.
                Monitor.Wait(gate, next is null ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Ceiling(patience.TotalMilliseconds)));
            }
        }
    }

    private void TakeFirst(List<Change> batch)
    {
        while (batch.Count < MostTogether && first.TryDequeue(out var change))
        {
            batch.Add(change);
        }

        lastTaken = Stopwatch.GetTimestamp();
    }

    private bool TryAdd(Queue<Change> queue, Change change)
    {
        lock (gate)
        {
            if (isClosed)
            {
                return false;
            }

            queue.Enqueue(change);
            Monitor.Pulse(gate);
            return true;
        }
    }
}
