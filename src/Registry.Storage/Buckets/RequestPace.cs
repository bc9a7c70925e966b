namespace Registry.Storage.Buckets;

/// <summary>So many requests a second and not more, for work that has time. By the machine's clock.</summary>
internal sealed class RequestPace(int perSecond)
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly Lock gate = new();
    private readonly TimeSpan between = TimeSpan.FromSeconds(1) / perSecond;
    private DateTimeOffset next;

    public async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause;
        lock (gate)
        {
            var now = Time.GetUtcNow();
            // A second's worth may be made at once after a pause.
            var turn = next > now - TimeSpan.FromSeconds(1) ? next : now - TimeSpan.FromSeconds(1);
            next = turn + between;
            pause = turn - now;
        }

        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, Time, cancellationToken);
        }
    }
}
