using Registry.Benchmarks.Comparison;
using Registry.Benchmarks.Measuring;
using Registry.Benchmarks.Seeding;
using Registry.Testing;

namespace Registry.Benchmarks;

/// <summary>The same pushes to Debian's registry and to ours, and what it takes each of them to get rid of what no tag names any more.</summary>
internal static class ComparisonBenchmark
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private static readonly string[] Settings =
    [
        "--Registry:Collection:Promise=00:00:01", "--Registry:Collection:UntaggedAfter=00:00:00", "--Registry:Collection:Drain=00:00:00",
        "--Registry:Collection:Schedule=0 0 3 29 2 ?",
        "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
    ];

    /// <exception cref="InvalidOperationException">docker-registry is not installed.</exception>
    public static async Task<ComparisonFigures> RunAsync(int images, string? program, Action<string> say, CancellationToken cancellationToken)
    {
        var version = Tool.IsInstalled(DebianRegistry.Program)
            ? await DebianRegistry.VersionAsync()
            : throw new InvalidOperationException($"'{DebianRegistry.Program}' is not installed: apt-get install {DebianRegistry.Program}");
        var content = new RetaggedImages(images);
        say($"{DebianRegistry.Program} {version} …");
        var theirs = await MeasureTheirsAsync(content, cancellationToken);
        say("This registry …");
        var ours = await MeasureOursAsync(content, program, cancellationToken);
        return new ComparisonFigures(
            content, version, theirs.Seconds, ours.Seconds, theirs.FreedBytes, ours.FreedBytes, theirs.Blobs, ours.Blobs, theirs.Lost, ours.Lost, ours.PeakBytes);
    }

    private static async Task<Measured> MeasureTheirsAsync(RetaggedImages content, CancellationToken cancellationToken)
    {
        await using var registry = new DebianRegistry();
        await content.PushAsync(await registry.StartAsync(), cancellationToken);
        await registry.StopAsync();
        var before = DebianCollection.FindStored(registry);
        var seconds = (await DebianCollection.RunAsync(registry)).TotalSeconds;
        var after = DebianCollection.FindStored(registry);
        var lost = await content.CountLostAsync(await registry.StartAsync(), cancellationToken);
        return new Measured(seconds, before.Bytes - after.Bytes, after.Count, lost, null);
    }

    private static async Task<Measured> MeasureOursAsync(RetaggedImages content, string? program, CancellationToken cancellationToken)
    {
        await using var registry = await RegistryProcess.StartAsync(arguments: Settings, program: program);
        await content.PushAsync(registry.Url, cancellationToken);
        await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        using var collection = new CollectionRuns(registry.Url, TimeProvider.System);
        await collection.RunAllAsync(Pause, _ => { }, cancellationToken);
        var removed = await collection.SumAsync(cancellationToken);
        var lost = await content.CountLostAsync(registry.Url, cancellationToken);
        return new Measured(collection.Steps.Values.Sum(), removed.FreedBytes, ObjectSeed.Find(registry.DataDirectory).Count(), lost, ProcessMemory.Peak(registry.Id));
    }

    private sealed record Measured(double Seconds, long FreedBytes, int Blobs, int Lost, long? PeakBytes);
}
