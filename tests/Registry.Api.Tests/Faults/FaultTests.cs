using System.Diagnostics;
using Registry.Api.Tests.Crash;
using Registry.Api.Tests.Serving;
using Registry.Storage.Model;
using Registry.Testing;

namespace Registry.Api.Tests.Faults;

/// <summary>The bucket fails, in every way that a network and a server can fail, while clients push, pull and delete.</summary>
[Collection(nameof(Alone))]
public sealed class FaultTests(ITestOutputHelper output)
{
    private const string Short = "--Registry:Storage:S3:RequestTimeout=00:00:01";
    private const int Clients = 4;
    private const int Small = 300_000;
    private const int Large = 17 * Mebibyte;
    private const int Mebibyte = 1024 * 1024;

    private static readonly string[] AtOnce =
    [
        "--Registry:Collection:Promise=00:00:01", "--Registry:Collection:UntaggedAfter=00:00:00", "--Registry:Collection:UploadExpiry=00:00:01",
        "--Registry:Collection:Drain=00:00:02", "--Registry:Storage:S3:DownloadUrlLifetime=00:00:01", "--Registry:Storage:S3:ListsPerSecond=1000",
    ];

    [Fact]
    public async Task What_was_acknowledged_is_there_whatever_failed_and_nothing_is_left_over()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var ledger = new Ledger();
        await using var registry = await DisturbedRegistry.StartAsync(seed, Short);
        foreach (var (rate, rounds) in new[] { (0.01, 6), (0.05, 6), (0.30, 4) })
        {
            await WorkAsync(registry, ledger, rate, rounds, seed);
            Assert.Equal([], await ledger.FindBrokenAsync(registry.Client));
        }

        output.WriteLine(registry.Proxy.Counts);
        output.WriteLine(registry.Warnings());
        Assert.Equal([], registry.Complaints.Order());
        await registry.Process.KillAsync();
        // It takes over from a bucket that still fails.
        var killed = Stopwatch.GetTimestamp();
        registry.Proxy.Rate = 0.05;
        await using var next = await registry.StartAnotherAsync([Short, .. AtOnce]);
        output.WriteLine($"taken over after {Stopwatch.GetElapsedTime(killed).TotalSeconds:0.0} s");
        registry.Proxy.Heal();
        using var client = new RegistryClient(next.Url);
        Assert.Equal([], await ledger.FindBrokenAsync(new PatientClient(client, registry.Complaints)));
        await BucketContents.CollectAsync(next, registry.Bucket, output);
    }

    [Fact]
    public async Task Many_clients_at_a_failing_bucket_do_not_take_its_memory()
    {
        const int Pushers = 32;
        var (seed, ledger) = (Environment.TickCount, new Ledger());
        output.WriteLine($"seed {seed}");
        await using var registry = await DisturbedRegistry.StartAsync(seed, Short);
        registry.Proxy.Rate = 0.30;
        var before = registry.PeakMemory();
        var pushers = Enumerable.Range(0, Pushers).Select(i => new DisturbedPusher(registry.Client, ledger, $"faults/{i}", new Random(seed + i))).ToList();
        await Task.WhenAll(pushers.Select((pusher, i) => pusher.PushImageAsync(Large, chunks: i % 2 == 0 ? 3 : 1)));
        var peak = registry.PeakMemory();
        await registry.HealAsync();
        output.WriteLine($"{before / Mebibyte} MiB before, {peak / Mebibyte} MiB at most; {registry.Client.Refusals} of {registry.Client.Requests} requests refused, {pushers.Sum(p => p.GivenUp)} pushes given up; {registry.Proxy.Counts}");
        Assert.InRange(peak, 1, 400 * Mebibyte);
        Assert.Equal([], registry.Complaints.Order());
        Assert.Equal([], await ledger.FindBrokenAsync(registry.Client));
    }

    [Fact]
    public async Task Retries_do_not_amplify()
    {
        const int Operations = 300;
        await using var registry = await DisturbedRegistry.StartAsync(seed: 1);
        registry.Proxy.Kinds = [Disturbance.InternalError, Disturbance.SlowDown, Disturbance.CutBefore, Disturbance.CutBeforeAnswer];
        registry.Proxy.Rate = 1;
        var (before, begun) = (registry.Proxy.Requests, Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(Enumerable.Range(0, Operations), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var blob = Content.Random(i + 1);
            var answer = await registry.Client.OnceAsync("POST", $"/v2/faults/retries/blobs/uploads/?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes));
            answer?.ExpectError(503, "UNAVAILABLE");
        });
        var asked = registry.Proxy.Requests - before;
        output.WriteLine($"{Operations} pushes refused in {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s, {asked} requests to the bucket: {asked / (double)Operations:0.00} each; {registry.Proxy.Counts}");
        Assert.Equal([], registry.Complaints.Order());
        Assert.InRange(asked, 1, 2 * Operations);
        await registry.HealAsync();
        await new TestRepository(registry.Raw, "faults/retries").PushImageAsync();
    }

    [Fact]
    public async Task While_the_bucket_hangs_pulls_go_on_as_long_as_the_lease_and_everything_else_is_refused_in_time()
    {
        // With the time limit of a request that it has by default, which is longer than a lease.
        await using var registry = await DisturbedRegistry.StartAsync(seed: 1);
        var repository = new TestRepository(registry.Raw, "faults/hangs");
        var image = await repository.PushImageAsync();
        registry.Proxy.IsHanging = true;
        var begun = Stopwatch.GetTimestamp();
        var pushes = Enumerable.Range(0, 100).Select(async i =>
        {
            var answer = await registry.Client.OnceAsync("PUT", $"/v2/faults/hangs/manifests/tag{i}", RegistryClient.Bytes(image.Bytes, MediaTypes.OciManifest));
            return (answer, Took: Stopwatch.GetElapsedTime(begun));
        }).ToList();
        var health = AskHealthAsync(registry);
        var (pulls, longest, last) = (0, TimeSpan.Zero, (Answer?)null);
        while (last is null or { Status: 200 } && Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30))
        {
            var asked = Stopwatch.GetTimestamp();
            last = await registry.Client.OnceAsync("GET", "/v2/faults/hangs/manifests/latest", body: null);
            longest = Stopwatch.GetElapsedTime(asked) is var took && took > longest ? took : longest;
            pulls += last is { Status: 200 } ? 1 : 0;
        }

        var held = Stopwatch.GetElapsedTime(begun);
        last?.ExpectError(503, "UNAVAILABLE");
        var answers = await Task.WhenAll(pushes);
        Assert.InRange(await health, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        output.WriteLine($"{pulls} pulls in {held.TotalSeconds:0.0} s, the longest {longest.TotalMilliseconds:0} ms; {answers.Length} pushes answered within {answers.Max(a => a.Took).TotalSeconds:0.0} s");
        Assert.All(answers, push => push.answer?.ExpectError(503, "UNAVAILABLE"));
        Assert.InRange(answers.Max(a => a.Took), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.InRange(held, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10));

        var healed = Stopwatch.GetTimestamp();
        await registry.HealAsync();
        output.WriteLine($"ready {Stopwatch.GetElapsedTime(healed).TotalSeconds:0.0} s after the bucket");
        Assert.InRange(Stopwatch.GetElapsedTime(healed), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        Assert.Equal([], registry.Complaints.Order());
        (await repository.GetAsync("manifests/latest")).Expect(200).ExpectBody(image.Bytes);
        await repository.PushImageAsync("after");
    }

    private static async Task<TimeSpan> AskHealthAsync(DisturbedRegistry registry)
    {
        var asked = Stopwatch.GetTimestamp();
        await registry.Raw.SendAsync("GET", "/health/ready");
        return Stopwatch.GetElapsedTime(asked);
    }

    private async Task WorkAsync(DisturbedRegistry registry, Ledger ledger, double rate, int rounds, int seed)
    {
        var (asked, before, refused) = (registry.Proxy.Requests, registry.Client.Requests, registry.Client.Refusals);
        var begun = Stopwatch.GetTimestamp();
        registry.Proxy.Rate = rate;
        var pushers = Enumerable.Range(0, Clients).Select(i => new DisturbedPusher(registry.Client, ledger, $"faults/{i}", new Random(seed + i))).ToList();
        await Task.WhenAll(pushers.Select((pusher, i) => WorkAsync(pusher, rounds, large: i % rounds)));
        await registry.HealAsync();
        output.WriteLine(
            $"{rate:P0}: {registry.Client.Requests - before} requests of clients, {registry.Client.Refusals - refused} refused, {registry.Client.BrokenPulls} pulls broken off so far, "
            + $"{pushers.Sum(p => p.GivenUp)} pushes given up, {registry.Proxy.Requests - asked} requests to the bucket, {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.0} s; {ledger.Count} there, {ledger.Gone} gone");
    }

    private static async Task WorkAsync(DisturbedPusher pusher, int rounds, int large)
    {
        for (var round = 0; round < rounds; round++)
        {
            // The large ones come whole and in chunks that leave a tail.
            await pusher.PushImageAsync(round == large ? Large : Small, chunks: (round + large) % 2 == 0 ? 3 : 1);
            await pusher.PushAndDeleteAsync();
            await pusher.PullAsync();
        }
    }
}
