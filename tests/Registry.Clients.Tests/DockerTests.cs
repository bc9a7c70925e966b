using Registry.Clients.Tests.Clients;
using Registry.Clients.Tests.Images;

namespace Registry.Clients.Tests;

/// <summary>docker, the client that most will push and pull with.</summary>
public sealed class DockerTests(RunningRegistry registry) : IAsyncLifetime
{
    private readonly string repository = RunningRegistry.NewRepository();
    private readonly TestFolder folder = new();
    private readonly LocalImages images = new();
    private BuildContext context = null!;

    public async ValueTask InitializeAsync()
    {
        await Docker.RequireAsync();
        BuildContext.Require();
        context = await BuildContext.WriteAsync(folder["context"]);
    }

    [Fact]
    public async Task Pushed_image_runs_after_it_was_removed_and_pulled()
    {
        var name = await images.BuildAsync(context, registry.Name(repository, ":1"));
        var id = await Docker.ImageIdAsync(name);
        await Docker.RunAsync("push", name);
        await images.RemoveAsync();

        var pulled = await Docker.RunAsync("pull", name);

        Assert.Contains("Downloaded newer image", pulled, StringComparison.Ordinal);
        Assert.Equal(id, await Docker.ImageIdAsync(name));
        Assert.Equal(context.Marker, await Docker.PrintedByAsync(name));
    }

    [Fact]
    public async Task Pull_by_digest_gets_the_pushed_image()
    {
        var name = await images.BuildAsync(context, registry.Name(repository, ":1"));
        await Docker.RunAsync("push", name);
        var digest = (await registry.ManifestAsync(repository, "1")).Digest;
        await images.RemoveAsync();

        var byDigest = images.Add(registry.Name(repository, $"@{digest}"));
        await Docker.RunAsync("pull", byDigest);

        Assert.Equal(context.Marker, await Docker.PrintedByAsync(byDigest));
    }

    [Fact]
    public async Task All_tags_of_one_push_name_one_manifest()
    {
        var first = await images.BuildAsync(context, registry.Name(repository, ":1.2.3"));
        await images.TagAsync(first, registry.Name(repository, ":1.2"));
        await images.TagAsync(first, registry.Name(repository, ":latest"));

        await Docker.RunAsync("push", "--all-tags", registry.Name(repository));

        Assert.Equal(["1.2", "1.2.3", "latest"], await registry.TagsAsync(repository));
        var digest = (await registry.ManifestAsync(repository, "1.2.3")).Digest;
        Assert.Equal(digest, (await registry.ManifestAsync(repository, "1.2")).Digest);
        Assert.Equal(digest, (await registry.ManifestAsync(repository, "latest")).Digest);
        Assert.Contains(registry.Name(repository, $"@{digest}"), await Docker.InspectAsync(first, "{{.RepoDigests}}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_to_a_second_repository_mounts_what_the_first_one_has()
    {
        var first = await images.BuildAsync(context, registry.Name(repository, ":1"));
        Assert.Contains("Pushed", await Docker.RunAsync("push", first), StringComparison.Ordinal);
        var second = await images.TagAsync(first, registry.Name($"{repository}-second", ":1"));

        var pushed = await Docker.RunAsync("push", second);
        await images.RemoveAsync();
        await Docker.RunAsync("pull", second);

        // The layer with the marker can come from nowhere else; the one with busybox may be known from other tests.
        Assert.Contains($"Mounted from {repository}", pushed, StringComparison.Ordinal);
        Assert.Equal(context.Marker, await Docker.PrintedByAsync(second));
    }

    [Fact]
    public async Task Moved_tag_is_what_the_next_pull_gets()
    {
        var name = await images.BuildAsync(context, registry.Name(repository, ":latest"));
        await Docker.RunAsync("push", name);
        var next = await BuildContext.WriteAsync(folder["next"]);
        await images.BuildAsync(next, name);
        await Docker.RunAsync("push", name);
        await images.RemoveAsync();

        await Docker.RunAsync("pull", name);

        Assert.Equal(next.Marker, await Docker.PrintedByAsync(name));
    }

    [Fact]
    public async Task Manifest_list_gives_each_platform_its_own_image()
    {
        var arm64 = await BuildContext.WriteAsync(folder["arm64"]);
        var own = await images.BuildAsync(context, registry.Name(repository, ":own"));
        var other = await images.BuildAsync(arm64, registry.Name(repository, ":other"));
        await Docker.RunAsync("push", "--all-tags", registry.Name(repository));
        var list = registry.Name(repository, ":list");
        await Docker.RunAsync("manifest", "create", "--insecure", list, own, other);
        try
        {
            await Docker.RunAsync("manifest", "annotate", "--os", "linux", "--arch", "s390x", list, other);
        }
        finally
        {
            await Docker.RunAsync("manifest", "push", "--insecure", "--purge", list);
        }

        await images.RemoveAsync();
        await Docker.RunAsync("pull", images.Add(list));

        Assert.Equal("application/vnd.docker.distribution.manifest.list.v2+json", (await registry.ManifestAsync(repository, "list")).MediaType);
        Assert.Equal(context.Marker, await Docker.PrintedByAsync(list));
        await images.RemoveAsync();
        await Docker.RunAsync("pull", "--platform", "linux/s390x", list);
        Assert.Equal(arm64.Marker, await Docker.InspectAsync(list, $$$"""{{index .Config.Labels "{{{BuildContext.Label}}}"}}"""));
    }

    public async ValueTask DisposeAsync()
    {
        await images.DisposeAsync();
        folder.Dispose();
    }
}
