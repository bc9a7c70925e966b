using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Registry.Clients.Tests.Clients;
using Registry.Clients.Tests.Images;
using Registry.Testing;

namespace Registry.Clients.Tests;

/// <summary>The registry as its image: what the Dockerfile makes starts, serves, holds its own image, and stops.</summary>
public sealed class ContainerTests(RegistryImage image) : IClassFixture<RegistryImage>, IAsyncLifetime
{
    private readonly string volume = $"registry-clients-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
    private readonly string repository = RunningRegistry.NewRepository();
    private readonly TestFolder folder = new();
    private readonly LocalImages images = new();
    private string name = null!;

    public async ValueTask InitializeAsync() => name = await image.NameAsync();

    [Fact]
    public async Task Runs_as_an_unprivileged_user_and_says_that_it_is_healthy()
    {
        await using var container = await RegistryContainer.StartAsync(name, volume);

        var user = (await Docker.RunAsync("exec", container.Name, "id", "-u")).Trim();
        Assert.NotEqual("0", user);
        Assert.Equal(user, await Docker.InspectAsync(name, "{{.Config.User}}"));
        Assert.StartsWith("127.0.0.1:", container.Authority, StringComparison.Ordinal);
        Assert.Contains("answers 200", await Docker.RunAsync("exec", container.Name, "dotnet", "/app/Registry.Api.dll", "healthcheck"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Needs_no_privileges_and_writes_nowhere_but_to_its_data()
    {
        BuildContext.Require();
        var context = await BuildContext.WriteAsync(folder["context"]);
        await using var container = await RegistryContainer.StartAsync(name, volume, "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges");

        var pushed = await images.BuildAsync(context, $"{container.Authority}/{repository}:1");
        await Docker.RunAsync("push", pushed);
        await images.RemoveAsync();
        await Docker.RunAsync("pull", pushed);

        Assert.Equal(context.Marker, await Docker.PrintedByAsync(pushed));
    }

    [Fact]
    public async Task Health_check_fails_where_no_registry_answers()
    {
        var check = await Tool.TryRunAsync("docker", ["run", "--rm", "--network", "none", name, "healthcheck"]);
        Assert.Equal(1, check.ExitCode);
        Assert.Contains("does not answer", check.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Holds_the_image_that_it_runs()
    {
        Skopeo.Require();
        await using var container = await RegistryContainer.StartAsync(name, volume);
        var own = await images.TagAsync(name, $"{container.Authority}/{repository}:self");
        await Docker.RunAsync("push", own);
        await images.RemoveAsync();

        await Docker.RunAsync("pull", own);

        Assert.Equal(await Docker.ImageIdAsync(name), await Docker.ImageIdAsync(own));
        // The engine still has the layers of an image that runs; skopeo has nothing, and checks every blob's digest.
        var copy = folder["copy"];
        await Skopeo.CopyAsync($"docker://{own}", $"dir:{copy}", "--preserve-digests");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(copy, "manifest.json"), TestContext.Current.CancellationToken))!;
        var layers = manifest["layers"]!.AsArray().Select(layer => layer!["digest"]!.ToString()).Distinct();
        Assert.Subset(Digests.OfFiles(copy).ToHashSet(), layers.ToHashSet());
    }

    [Fact]
    public async Task Stops_with_success_and_keeps_its_data()
    {
        BuildContext.Require();
        var context = await BuildContext.WriteAsync(folder["context"]);
        await using (var container = await RegistryContainer.StartAsync(name, volume))
        {
            await Docker.RunAsync("push", await images.BuildAsync(context, $"{container.Authority}/{repository}:1"));
            await images.RemoveAsync();
            Assert.Equal(0, await container.StopAsync());
        }

        await using var next = await RegistryContainer.StartAsync(name, volume);
        var pulled = images.Add($"{next.Authority}/{repository}:1");
        await Docker.RunAsync("pull", pulled);
        Assert.Equal(context.Marker, await Docker.PrintedByAsync(pulled));
    }

    public async ValueTask DisposeAsync()
    {
        await images.DisposeAsync();
        folder.Dispose();
        if (name is not null)
        {
            await Docker.RunAsync("volume", "rm", "--force", volume);
        }
    }
}
