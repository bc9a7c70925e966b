using System.Diagnostics;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Crash;

/// <summary>kill -9 in a loop under concurrent pushes and deletes: what was acknowledged holds, and the next start is a start.</summary>
[Collection(nameof(Alone))]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 50;

    [Fact]
    public async Task What_was_acknowledged_survives_fifty_kills()
    {
        var cancelled = TestContext.Current.CancellationToken;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var acknowledged = new Acknowledged();
        var starts = new List<TimeSpan>();
        var data = Directory.CreateTempSubdirectory("registry-crash-");
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                var started = Stopwatch.GetTimestamp();
                await using var registry = await RegistryProcess.StartAsync(data.FullName);
                starts.Add(Stopwatch.GetElapsedTime(started));
                using var client = new RegistryClient(registry.Url);
                var load = new CrashLoad(acknowledged).RunAsync(client, random);
                var before = acknowledged.Pushed + acknowledged.Removed;
                var least = random.Next(1, 40);
                await Wait.UntilAsync(() => acknowledged.Pushed + acknowledged.Removed >= before + least, "some acknowledged work");
                await registry.KillAsync();
                await load;
                Assert.Equal([], await StoredState.FindMismatchesAsync(data.FullName, cancelled));
            }

            await using var last = await RegistryProcess.StartAsync(data.FullName);
            using var reader = new RegistryClient(last.Url);
            Assert.Equal([], await acknowledged.FindBrokenAsync(reader));
        }
        finally
        {
            data.Delete(recursive: true);
        }

        starts.Sort();
        output.WriteLine($"{acknowledged.Pushed} images there, {acknowledged.Removed} deleted; start {starts[Rounds / 2].TotalMilliseconds:0} ms (median), {starts[^1].TotalMilliseconds:0} ms (longest)");
    }
}
