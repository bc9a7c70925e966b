using Registry.Storage.Buckets;

namespace Registry.Storage.Journal;

/// <summary>The object <c>owner</c>, where the owner shows that it lives and the others look.</summary>
public sealed class OwnerBoard(IBucket bucket, OwnerIdentity me, TakeoverTimes times, TimeProvider time)
{
    /// <summary>A store that says nothing for as long is asked anew: the lease is running out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly DateTimeOffset startedAt = time.GetUtcNow();
    private long counter;

    public OwnerIdentity Me => me;

    internal Task<OwnerReading> ReadAsync(CancellationToken cancellationToken) => TryAsync(ReadNowAsync, cancellationToken);

    /// <summary>A heartbeat.</summary>
    internal Task BeatAsync(long term, CancellationToken cancellationToken) => WriteAsync(term, released: null, cancellationToken);

    /// <summary>The next one may take over at once, unless the journal has gone on meanwhile.</summary>
    internal Task ReleaseAsync(long term, long number, CancellationToken cancellationToken) => WriteAsync(term, number, cancellationToken);

    private Task<bool> WriteAsync(long term, long? released, CancellationToken cancellationToken)
    {
        var bytes = new OwnerObject(me.Instance, me.Who, term, ++counter, startedAt, times.After, released).ToBytes();
        return TryAsync(
            async token =>
            {
                await bucket.PutAsync(OwnerObject.Name, bytes, token);
                return true;
            },
            cancellationToken);
    }

    private async Task<OwnerReading> ReadNowAsync(CancellationToken cancellationToken)
    {
        if (await bucket.OpenReadAsync(OwnerObject.Name, cancellationToken) is not { } stream)
        {
            return default;
        }

        await using (stream)
        {
            var bytes = new byte[OwnerObject.Longest];
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
            return new OwnerReading(bytes[..read], OwnerObject.TryParse(bytes.AsSpan(0, read)));
        }
    }

    private Task<T> TryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) => Asking.WithPatienceAsync(call, Patience, time, cancellationToken);
}
