using System.Diagnostics;
using Registry.Api.Tests.Serving;
using Registry.Testing;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Crash;

/// <summary>kill -9 in a loop under concurrent pushes and deletes: what was acknowledged holds, and the next start is a start.</summary>
[Collection(nameof(Alone))]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Rounds = 50;
    private const int Workers = 4;

    private static readonly string[] Repositories = ["crash/one", "crash/two", "crash/three"];

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
                var work = Enumerable.Range(0, Workers).Select(_ => WorkAsync(client, acknowledged, new Random(random.Next()))).ToArray();
                var before = acknowledged.Pushed + acknowledged.Removed;
                var least = random.Next(1, 40);
                await Wait.UntilAsync(() => acknowledged.Pushed + acknowledged.Removed >= before + least, "some acknowledged work");
                await registry.KillAsync();
                await Task.WhenAll(work);
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

    /// <summary>Pushes and deletes images until the registry is killed under it.</summary>
    private static async Task WorkAsync(RegistryClient client, Acknowledged acknowledged, Random random)
    {
        try
        {
            while (true)
            {
                if (random.Next(4) == 0)
                {
                    await DeleteAsync(client, acknowledged, random);
                }
                else
                {
                    await PushAsync(new TestRepository(client, Repositories[random.Next(Repositories.Length)]), acknowledged, random);
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The registry was killed: what was under way was not acknowledged.
        }
    }

    private static async Task PushAsync(TestRepository repository, Acknowledged acknowledged, Random random)
    {
        // One layer of few, so that pushes meet on it; the other is new.
        Content[] blobs = [Content.Of([(byte)random.Next(8)]), Content.Random(random.Next(1, 200_000))];
        foreach (var blob in blobs)
        {
            var location = await repository.BeginAsync();
            (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", Bytes(blob.Bytes))).Expect(201);
        }

        var manifest = Content.Image(blobs[0], blobs[1]);
        var tag = random.Next(2) == 0 ? manifest.Hex : null;
        (await repository.PutAsync(tag ?? manifest.Digest, manifest)).Expect(201);
        acknowledged.Push(new PushedImage(repository.Name, manifest, blobs, tag));
    }

    private static async Task DeleteAsync(RegistryClient client, Acknowledged acknowledged, Random random)
    {
        if (acknowledged.TakeAny(random) is { } image)
        {
            (await new TestRepository(client, image.Repository).DeleteAsync($"manifests/{image.Manifest.Digest}")).Expect(202);
            acknowledged.Remove(image);
        }
    }
}
