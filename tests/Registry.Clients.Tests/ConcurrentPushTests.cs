using Registry.Clients.Tests.Clients;
using Registry.Clients.Tests.Images;

namespace Registry.Clients.Tests;

/// <summary>CI jobs that build on the same base push it at the same moment; every one of them succeeds, whoever is first.</summary>
public sealed class ConcurrentPushTests : IDisposable
{
    private const int Jobs = 8;

    // As many as skopeo pushes at once, so that the jobs meet in each of them.
    private const int SharedLayers = 6;

    private readonly RunningRegistry registry;
    private readonly TestFolder folder = new();

    public ConcurrentPushTests(RunningRegistry registry)
    {
        Skopeo.Require();
        this.registry = registry;
    }

    [Fact]
    public Task Jobs_push_shared_layers_to_one_repository()
    {
        var repository = RunningRegistry.NewRepository();
        return PushAndCompareAsync(job => registry.Name(repository, $":job-{job}"));
    }

    [Fact]
    public Task Jobs_push_shared_layers_to_a_repository_each()
    {
        var repositories = Enumerable.Range(0, Jobs).Select(_ => RunningRegistry.NewRepository()).ToArray();
        return PushAndCompareAsync(job => registry.Name(repositories[job], ":latest"));
    }

    public void Dispose() => folder.Dispose();

    private async Task PushAndCompareAsync(Func<int, string> image)
    {
        var shared = Enumerable.Range(0, SharedLayers).Select(_ => Layer.Random(1024 * 1024)).ToArray();
        var layouts = Enumerable.Range(0, Jobs).Select(job => new OciLayout(folder[$"job-{job}"])).ToArray();
        var names = layouts.Select(layout => layout.Name("latest", layout.AddImage("amd64", [.. shared, Layer.Random()]))).ToArray();

        await Task.WhenAll(Enumerable.Range(0, Jobs).Select(job => Skopeo.CopyAsync(names[job], $"docker://{image(job)}", "--preserve-digests")));

        foreach (var job in Enumerable.Range(0, Jobs))
        {
            var back = folder[$"back-{job}"];
            await Skopeo.CopyAsync($"docker://{image(job)}", $"oci:{back}:latest", "--preserve-digests");
            Assert.Equal(layouts[job].Digests, OciLayout.DigestsIn(back));
        }
    }
}
