namespace Registry.Storage.Buckets;

/// <summary>Bytes that several may take together; who finds too few waits, first come, first served.</summary>
internal sealed class MemoryBudget
{
    private readonly Lock gate = new();
    private readonly LinkedList<Waiting> waiting = new();
    private readonly long total;
    private long free;

    public MemoryBudget(long total) => this.total = free = total;

    /// <summary>What is taken now.</summary>
    public long Taken
    {
        get
        {
            lock (gate)
            {
                return total - free;
            }
        }
    }

    /// <summary>Takes bytes, when there are so many. More than there are in all: when nobody else has any, so that it happens once at a time.</summary>
    public async ValueTask TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        Waiting me;
        lock (gate)
        {
            if (waiting.Count == 0 && Fits(bytes))
            {
                free -= bytes;
                return;
            }

            me = new Waiting(bytes, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            waiting.AddLast(me);
        }

        await using var registration = cancellationToken.UnsafeRegister(_ => GiveUp(me, cancellationToken), null);
        await me.Turn.Task;
    }

    public void Give(long bytes)
    {
        lock (gate)
        {
            free += bytes;
            Serve();
        }
    }

    private bool Fits(long bytes) => bytes <= free || free == total;

    private void GiveUp(Waiting me, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (waiting.Remove(me))
            {
                me.Turn.SetCanceled(cancellationToken);
                // It may have stood before others that fit.
                Serve();
            }
        }
    }

    private void Serve()
    {
        while (waiting.First is { } first && Fits(first.Value.Bytes))
        {
            waiting.RemoveFirst();
            free -= first.Value.Bytes;
            first.Value.Turn.SetResult();
        }
    }

    private sealed record Waiting(long Bytes, TaskCompletionSource Turn);
}
