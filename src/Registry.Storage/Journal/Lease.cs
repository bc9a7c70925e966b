namespace Registry.Storage.Journal;

/// <summary>
/// How long this process may still answer as the owner of the bucket: a while from the last moment at which the bucket has confirmed it. The others wait
/// longer than that before they take over, so an owner that was paused finds itself without a lease before it can answer anything.
/// </summary>
public sealed class Lease(TimeProvider time)
{
    /// <summary>From the beginning of the request that confirmed it.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    private readonly Lock gate = new();
    private (long Timestamp, DateTimeOffset Clock)? confirmed;
    private bool isLost;

    public bool IsHeld
    {
        get
        {
            lock (gate)
            {
                // Both clocks: the monotonic one may stand still while the machine sleeps, and the other one may be set.
                return !isLost && confirmed is { } last && time.GetElapsedTime(last.Timestamp) < Length && time.GetUtcNow() - last.Clock < Length;
            }
        }
    }

    /// <summary>To be taken before the bucket is asked, for <see cref="Confirm"/>.</summary>
    public LeaseMoment Now() => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>The bucket has said that this process is the owner.</summary>
    public void Confirm(LeaseMoment askedAt)
    {
        lock (gate)
        {
            if (confirmed is not { } last || askedAt.Timestamp > last.Timestamp)
            {
                confirmed = (askedAt.Timestamp, askedAt.Clock);
            }
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
}

/// <summary>A moment by both clocks.</summary>
public readonly record struct LeaseMoment(long Timestamp, DateTimeOffset Clock);
