using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Registry.Benchmarks.Load;

/// <summary>An image that the registry has said yes for.</summary>
internal sealed record PushedImage(string Repository, string Tag, byte[][] Blobs);

/// <summary>What is going on while an operation begins.</summary>
internal enum Phase
{
    /// <summary>Not measured.</summary>
    Other = 0,
    WithoutRun = 1,
    DuringRun = 2,
}

/// <summary>
/// Clients that push new images and pull known ones at a steady pace, well below what the machine can do: a registry that is
/// full up has long latencies whatever else it does.
/// </summary>
internal sealed class ClientLoad : IAsyncDisposable
{
    private const int ClientsOfAKind = 2;
    private const int BlobBytes = 8 * 1024;
    private const int Known = 50;

    /// <summary>Ten pushes a second in all: 36,000 an hour.</summary>
    private static readonly TimeSpan PushPace = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PullPace = TimeSpan.FromMilliseconds(50);

    private readonly RegistryClient client;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<PushedImage> pushed = [];
    private readonly ConcurrentQueue<string> failures = [];
    private readonly Dictionary<(Phase Phase, string Kind), Latencies> latencies = [];
    private IReadOnlyList<PushedImage> known = [];
    private Task clients = Task.CompletedTask;
    private volatile Phase phase;
    private int lastNumber;

    public ClientLoad(Uri registry, TimeProvider time)
    {
        (client, this.time) = (new RegistryClient(registry), time);
        foreach (var measured in Enum.GetValues<Phase>())
        {
            (latencies[(measured, "push")], latencies[(measured, "pull")]) = (new Latencies(), new Latencies());
        }
    }

    public IReadOnlyCollection<PushedImage> Pushed => pushed;

    public IReadOnlyCollection<string> Failures => failures;

    public Latencies Pushes(Phase of) => latencies[(of, "push")];

    public Latencies Pulls(Phase of) => latencies[(of, "pull")];

    public void Enter(Phase next) => phase = next;

    /// <summary>Pushes what will be pulled, and starts the clients.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < Known; i++)
        {
            await PushAsync("load/known", new Random(i), cancellationToken);
        }

        known = [.. pushed];
        clients = Task.WhenAll(Enumerable.Range(0, ClientsOfAKind).SelectMany(number => new[]
        {
            RepeatAsync("push", PushPace, random => PushAsync($"load/r{number.ToString(CultureInfo.InvariantCulture)}", random, stop.Token), number),
            RepeatAsync("pull", PullPace, random => PullAsync(known[random.Next(known.Count)], stop.Token), 1000 + number),
        }));
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await clients;
    }

    public Task PullAsync(PushedImage image, CancellationToken cancellationToken) => client.PullAsync(image.Repository, image.Tag, image.Blobs, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        client.Dispose();
        stop.Dispose();
    }

    private async Task PushAsync(string repository, Random random, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref lastNumber).ToString(CultureInfo.InvariantCulture);
        var layer = new byte[BlobBytes];
        random.NextBytes(layer);
        var image = new PushedImage(repository, $"t{number}", [Encoding.ASCII.GetBytes($"config {number}"), layer]);
        await client.PushAsync(repository, image.Tag, image.Blobs, cancellationToken);
        pushed.Enqueue(image);
    }

    private async Task RepeatAsync(string kind, TimeSpan interval, Func<Random, Task> operation, int seed)
    {
        var random = new Random(seed);
        using var pace = new PeriodicTimer(interval, time);
        try
        {
            while (await pace.WaitForNextTickAsync(stop.Token))
            {
                var (during, started) = (phase, Stopwatch.GetTimestamp());
                try
                {
                    await operation(random);
                    latencies[(during, kind)].Add(Stopwatch.GetElapsedTime(started));
                }
                catch (HttpRequestException e)
                {
                    failures.Enqueue(e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }
}
