namespace Registry.Gc.Sweeping;

/// <summary>
/// The time by which the sweep decides. The wall clock may be set forward, by a mistake or a bad time server, and every promise
/// would seem to be over at once; so it counts only as far as the process has really lived. A clock that was set forward rightly
/// costs a delay until the next start.
/// </summary>
internal sealed class SweepClock(TimeProvider time)
{
    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private readonly long started = time.GetTimestamp();

    public DateTimeOffset Now
    {
        get
        {
            var (wall, lived) = (time.GetUtcNow(), startedAt + time.GetElapsedTime(started));
            return wall < lived ? wall : lived;
        }
    }
}
