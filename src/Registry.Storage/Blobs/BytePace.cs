namespace Registry.Storage.Blobs;

/// <summary>Holds back whoever reads or writes more than so many bytes a second. For any number of readers at once.</summary>
/// <param name="bytesPerSecond">0: as fast as it goes.</param>
public sealed class BytePace(TimeProvider time, long bytesPerSecond)
{
    private readonly Lock gate = new();
    private readonly long started = time.GetTimestamp();
    private TimeSpan free;

    /// <summary>Returns when these bytes may go: those that went before have had their time.</summary>
    public async ValueTask SpendAsync(long bytes, CancellationToken cancellationToken)
    {
        if (bytesPerSecond > 0 && Reserve(bytes) is { Ticks: > 0 } wait)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private TimeSpan Reserve(long bytes)
    {
        lock (gate)
        {
            var now = time.GetElapsedTime(started);
            var begins = free > now ? free : now;
            free = begins + TimeSpan.FromSeconds((double)bytes / bytesPerSecond);
            return begins - now;
        }
    }
}
