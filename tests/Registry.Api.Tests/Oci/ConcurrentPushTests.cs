using Registry.Api.Tests.Serving;
using static Registry.Api.Tests.Serving.RegistryClient;
using Registry.Testing;

namespace Registry.Api.Tests.Oci;

/// <summary>CI pushes the same layers at the same moment from several jobs: every push succeeds, the bytes are stored once.</summary>
public sealed class ConcurrentPushTests(OwnRegistry registry) : IClassFixture<OwnRegistry>
{
    private const int Clients = 8;
    private const int Rounds = 4;

    [Fact]
    public async Task Eight_clients_push_one_layer_to_one_repository()
    {
        var repository = registry.NewRepository();
        for (var round = 0; round < Rounds; round++)
        {
            await PushAtOnceAsync(Enumerable.Repeat(repository, Clients).ToArray(), Content.Random(500_003 + round));
        }
    }

    [Fact]
    public async Task Eight_clients_push_one_layer_to_eight_repositories()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await PushAtOnceAsync(Enumerable.Range(0, Clients).Select(_ => registry.NewRepository()).ToArray(), Content.Random(700_001 + round));
        }
    }

    /// <summary>As docker does it: a session, one streamed PATCH, the closing PUT, then a manifest of the client's own.</summary>
    private async Task PushAtOnceAsync(TestRepository[] repositories, Content layer)
    {
        var begun = new TaskCompletionSource();
        var waiting = 0;
        var images = await Task.WhenAll(repositories.Select((repository, client) => Task.Run(async () =>
        {
            var location = await repository.BeginAsync();
            if (Interlocked.Increment(ref waiting) == Clients)
            {
                begun.SetResult();
            }

            await begun.Task;
            location = (await repository.SendAsync("PATCH", location, Chunked(layer.Bytes))).Expect(202).Header("Location")!;
            (await repository.SendAsync("PUT", $"{location}?digest={layer.Digest}")).Expect(201);
            return await repository.PushManifestAsync($"v{client}", Content.Image(layer, $"\"annotations\":{{\"client\":\"{client}\"}},", layer));
        })));

        foreach (var (repository, client) in repositories.Select((r, i) => (r, i)))
        {
            (await repository.GetAsync($"manifests/v{client}")).Expect(200).ExpectBody(images[client].Bytes);
            (await repository.GetAsync($"blobs/{layer.Digest}")).Expect(200).ExpectBody(layer.Bytes);
        }

        await Wait.UntilAsync(() => ObjectsOfSize(layer.Bytes.Length) == 1, "the layer is stored once");
    }

    private int ObjectsOfSize(int size) =>
        new DirectoryInfo(Path.Combine(registry.Process.DataDirectory, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories).Count(f => f.Exists && f.Length == size);
}
