namespace Registry.Storage.Journal;

/// <summary>
/// How long this process may still answer as the owner of the bucket: a while from the last moment at which the bucket has confirmed it. The others wait
/// longer than that before they take over, so an owner that was paused finds itself without a lease before it can answer anything.
/// </summary>
public sealed class Lease(TimeProvider time, TakeoverTimes times)
{
    private readonly Lock gate = new();
    private (long Timestamp, DateTimeOffset Clock)? confirmed;
    private bool isLost;

    public TakeoverTimes Times => times;

    public bool IsHeld
    {
        get
        {
            lock (gate)
            {
                return HoldsNow();
            }
        }
    }

    /// <summary>It will never be held again.</summary>
    public bool IsLost
    {
        get
        {
            lock (gate)
            {
                return isLost;
            }
        }
    }

    /// <summary>To be taken before the bucket is asked, for <see cref="Confirm"/>.</summary>
    public LeaseMoment Now() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>The journal has taken an object of this process, which it does for the owner alone.</summary>
    public void Confirm(LeaseMoment askedAt)
    {
        lock (gate)
        {
            Take(askedAt);
        }
    }

    /// <summary>
    /// The heartbeat was written, which nothing keeps a former owner from: that counts while the lease is still held, since the others have seen the
    /// heartbeat before it and wait for longer. False: it has run out meanwhile, and only <see cref="Confirm"/> brings it back.
    /// </summary>
    public bool TryProlong(LeaseMoment askedAt)
    {
        lock (gate)
        {
            if (HoldsNow())
            {
                Take(askedAt);
                return true;
            }

            return false;
        }
    }

    /// <summary>Somebody else is the owner, or this process gives it up. For good.</summary>
    public void Lose()
    {
        lock (gate)
        {
            isLost = true;
        }
    }

    // Both clocks: the monotonic one may stand still while the machine sleeps, and the other one may be set.
    private bool HoldsNow() => !isLost && confirmed is { } last && time.GetElapsedTime(last.Timestamp) < times.Lease && time.GetUtcNow() - last.Clock < times.Lease;

    private void Take(LeaseMoment askedAt)
    {
        if (confirmed is not { } last || askedAt.Timestamp > last.Timestamp)
        {
            confirmed = (askedAt.Timestamp, askedAt.Clock);
        }
    }
}

/// <summary>A moment by both clocks.</summary>
public readonly record struct LeaseMoment(long Timestamp, DateTimeOffset Clock);
