using Registry.Benchmarks.Load;
using Registry.Benchmarks.Measuring;
using Registry.Benchmarks.Seeding;
using Registry.Storage.Index;
using Registry.Testing;

namespace Registry.Benchmarks;

/// <summary>
/// A registry full of images, most of which its policy lets go, is collected while clients push and pull: what it takes, and
/// what they notice.
/// </summary>
internal static class CollectionBenchmark
{
    /// <summary>Longer than a promise and a half and the time after it (<see cref="Settings"/>).</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private const int Sample = 1000;

    private static readonly string[] Settings =
    [
        "--Registry:Collection:Promise=00:00:01", "--Registry:Collection:UntaggedAfter=00:00:01", "--Registry:Collection:Drain=00:00:01",
        // On demand only.
        "--Registry:Collection:Schedule=0 0 3 29 2 ?",
        "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
    ];

    /// <param name="say">Told what is going on: it takes minutes.</param>
    public static async Task<CollectionFigures> RunAsync(CollectionSettings settings, Action<string> say, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("registry-benchmark-");
        try
        {
            return await RunInAsync(folder.FullName, settings, say, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<CollectionFigures> RunInAsync(string folder, CollectionSettings settings, Action<string> say, CancellationToken cancellationToken)
    {
        var (plan, time) = (SeedPlan.For(settings.Images), TimeProvider.System);
        say($"Seeding {plan.Images} images …");
        var expected = IndexSeed.Fill(folder, plan, time, settings.Objects == Objects.Stored ? new ObjectSeed(folder).Store : (_, _) => { });
        var databaseBytes = new FileInfo(Path.Combine(folder, IndexDatabase.FileName)).Length;

        await using var registry = await RegistryProcess.StartAsync(folder, Settings, program: settings.Program);
        await using var load = new ClientLoad(registry.Url, time);
        using var collection = new CollectionRuns(registry.Url, time);
        say("Clients, without a run …");
        await load.StartAsync(cancellationToken);
        load.Enter(Phase.WithoutRun);
        await Task.Delay(settings.Before, time, cancellationToken);
        load.Enter(Phase.Other);

        say("Collecting …");
        var before = await Transactions.ReadAsync(registry.Url, cancellationToken);
        await collection.SetPolicyAsync(plan.Policy, cancellationToken);
        await collection.RunAllAsync(Pause, load.Enter, cancellationToken);
        await load.StopAsync();
        var transactions = (await Transactions.ReadAsync(registry.Url, cancellationToken)).Since(before);

        say("Checking …");
        var removed = await collection.SumAsync(cancellationToken);
        var lost = load.Failures.Count + await CountLostAsync(load, plan, settings.Objects, cancellationToken);
        var peak = ProcessMemory.Peak(registry.Id);
        await registry.StopAsync();
        return new CollectionFigures(
            plan, settings.Objects, databaseBytes, collection.Steps, removed, expected, Leftovers.Count(folder, settings.Objects), peak,
            Latency.Of(load.Pushes(Phase.WithoutRun)), Latency.Of(load.Pushes(Phase.DuringRun)), Latency.Of(load.Pulls(Phase.WithoutRun)), Latency.Of(load.Pulls(Phase.DuringRun)),
            transactions, lost);
    }

    /// <summary>Pulls everything that clients pushed, and a part of what the policy keeps of the seed; all of it is counted (<see cref="Leftovers"/>).</summary>
    private static async Task<int> CountLostAsync(ClientLoad load, SeedPlan plan, Objects objects, CancellationToken cancellationToken)
    {
        var kept = objects == Objects.Stored
            ? Enumerable.Range(0, plan.Images).Where(plan.IsLive).Where((_, number) => number % Math.Max(1, plan.LiveImages / Sample) == 0).Select(image => new PushedImage(SeedPlan.Repository(plan.RepositoryOf(image)), SeedPlan.Tag(image), SeedPlan.Blobs(image)))
            : [];
        var lost = 0;
        foreach (var image in load.Pushed.Concat(kept))
        {
            try
            {
                await load.PullAsync(image, cancellationToken);
            }
            catch (HttpRequestException)
            {
                lost++;
            }
        }

        return lost;
    }
}
