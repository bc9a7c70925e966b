using System.Text.Json.Nodes;
using Registry.Clients.Tests.Clients;
using Registry.Clients.Tests.Images;
using Registry.Testing;

namespace Registry.Clients.Tests;

/// <summary>buildah builds and pushes; a second storage, which knows nothing of the first, pulls.</summary>
public sealed class BuildahTests(RunningRegistry registry) : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private readonly string repository = RunningRegistry.NewRepository();
    private ContainerStorage builder = null!;
    private ContainerStorage host = null!;
    private BuildContext context = null!;

    public async ValueTask InitializeAsync()
    {
        Tool.Require("buildah");
        BuildContext.Require();
        builder = new ContainerStorage(folder["builder"]);
        host = new ContainerStorage(folder["host"]);
        context = await BuildContext.WriteAsync(folder["context"]);
    }

    [Fact]
    public async Task Pushed_image_is_pulled_elsewhere()
    {
        var name = registry.Name(repository, ":1");
        await builder.BuildahAsync("bud", "--tag", name, "--file", context.File, context.Folder);
        await builder.BuildahAsync("push", "--tls-verify=false", name);

        await host.BuildahAsync("pull", "--tls-verify=false", name);

        var pulled = await InspectAsync(name);
        Assert.Equal((await registry.ManifestAsync(repository, "1")).Digest, pulled["FromImageDigest"]!.ToString());
        Assert.Equal(context.Marker, MarkerOf(pulled));
    }

    [Fact]
    public async Task Multi_arch_manifest_gives_each_host_its_own_image()
    {
        var name = registry.Name(repository, ":all");
        await builder.BuildahAsync("bud", "--platform", "linux/amd64,linux/arm64", "--manifest", "localhost/all", "--file", context.File, context.Folder);
        await builder.BuildahAsync("manifest", "push", "--tls-verify=false", "--all", "--format", "oci", "localhost/all", $"docker://{name}");

        await host.BuildahAsync("pull", "--tls-verify=false", "--arch", "arm64", name);

        var index = await registry.ManifestAsync(repository, "all");
        var platforms = index.Json["manifests"]!.AsArray().Select(manifest => manifest!["platform"]!["architecture"]!.ToString());
        Assert.Equal("application/vnd.oci.image.index.v1+json", index.MediaType);
        Assert.Equal(["amd64", "arm64"], platforms.Order(StringComparer.Ordinal));
        var pulled = await InspectAsync(name);
        Assert.Equal("arm64", pulled["OCIv1"]!["architecture"]!.ToString());
        Assert.Equal(context.Marker, MarkerOf(pulled));
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string MarkerOf(JsonNode image) => image["OCIv1"]!["config"]!["Labels"]![BuildContext.Label]!.ToString();

    private async Task<JsonNode> InspectAsync(string image) =>
        JsonNode.Parse(await host.BuildahAsync("inspect", "--type", "image", image))!;
}
