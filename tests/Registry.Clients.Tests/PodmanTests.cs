using Registry.Clients.Tests.Clients;
using Registry.Clients.Tests.Images;
using Registry.Testing;

namespace Registry.Clients.Tests;

/// <summary>podman builds, pushes, removes, pulls and runs.</summary>
public sealed class PodmanTests(RunningRegistry registry) : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private readonly string repository = RunningRegistry.NewRepository();
    private ContainerStorage storage = null!;
    private BuildContext context = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.Require("podman");
        BuildContext.Require();
        storage = new ContainerStorage(folder["storage"]);
        context = await BuildContext.WriteAsync(folder["context"]);
    }

    [Theory]
    [InlineData("oci", "application/vnd.oci.image.manifest.v1+json")]
    [InlineData("v2s2", "application/vnd.docker.distribution.manifest.v2+json")]
    public async Task Pushed_image_runs_after_it_was_removed_and_pulled(string format, string mediaType)
    {
        var name = registry.Name(repository, ":1");
        var digestFile = Path.Combine(folder.Path, "digest");
        await storage.PodmanAsync("build", "--quiet", "--tag", name, "--file", context.File, context.Folder);
        await storage.PodmanAsync("push", "--tls-verify=false", "--format", format, "--digestfile", digestFile, name);
        await storage.PodmanAsync("rmi", "--force", name);
        Assert.Equal(1, (await storage.TryPodmanAsync("image", "exists", name)).ExitCode);
        Assert.Empty(await storage.PodmanAsync("images", "--all", "--quiet"));

        await storage.PodmanAsync("pull", "--tls-verify=false", name);

        var stored = await registry.ManifestAsync(repository, "1");
        Assert.Equal(mediaType, stored.MediaType);
        Assert.Equal(await File.ReadAllTextAsync(digestFile, TestContext.Current.CancellationToken), stored.Digest);
        Assert.Equal(context.Marker, await storage.PrintedByAsync(name));
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
