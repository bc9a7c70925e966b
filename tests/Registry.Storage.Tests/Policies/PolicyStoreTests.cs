using Registry.Gc.Retention;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Policies;

public sealed class PolicyStoreTests : IAsyncDisposable
{
    private const string First = """{ "version": 1, "mode": "shadow", "immutable": [ { "name": "releases", "repositories": ["**"], "tags": ["v*"] } ] }""";
    private const string Second = """{ "version": 1, "mode": "shadow" }""";

    private readonly TestContent content = new();

    [Fact]
    public void Before_a_policy_is_set_there_is_none() => Assert.Null(content.Policies.Current);

    [Fact]
    public async Task Every_text_that_is_set_is_a_version_and_the_last_one_holds_also_after_a_restart()
    {
        var first = await content.SetPolicyAsync(First);
        var second = await content.SetPolicyAsync(Second);
        Assert.Equal((1, 2), (first.Version, second.Version));
        await content.CrashAsync();
        Assert.Equal((2, Second, "admin"), (content.Policies.Current!.Version, content.Policies.Current.Policy.Text, content.Policies.Current.SetBy));
        Assert.Equal([Second, First], content.Policies.List(before: null, 10).Select(p => p.Text));
        Assert.Equal(First, content.Policies.Find(1)!.Text);
    }

    [Fact]
    public async Task The_text_that_holds_already_is_no_new_version()
    {
        await content.SetPolicyAsync(First);
        Assert.Equal(1, (await content.SetPolicyAsync(First)).Version);
        Assert.Single(content.Policies.List(before: null, 10));
    }

    [Fact]
    public async Task Of_many_that_are_set_at_once_the_last_version_holds()
    {
        await Task.WhenAll(Enumerable.Range(1, 30).Select(n => content.SetPolicyAsync($$"""{ "version": 1, "mode": "shadow", "rules": [ { "name": "r{{n}}", "repositories": ["**"], "tags": ["*"], "keep": { "newest": {{n}} } } ] }""")));
        Assert.Equal(content.Policies.List(before: null, 1)[0].Text, content.Policies.Current!.Policy.Text);
        Assert.Equal(30, content.Policies.Current.Version);
    }

    [Fact]
    public async Task An_immutable_tag_can_be_made_and_pushed_again_but_neither_moved_nor_deleted()
    {
        await content.SetPolicyAsync(First);
        var (one, two) = (await content.PushBlobAsync("r", "1"), await content.PushBlobAsync("r", "2"));
        var manifest = await content.PutManifestAsync("r", ["v1", "latest"], one);
        Assert.Equal(manifest, await content.PutManifestAsync("r", ["v1"], one));
        var moved = await content.TryPutAsync("r", ["v1"], MediaTypes.OciManifest, ManifestJson(two));
        Assert.Equal(ErrorKind.TagImmutable, moved.Error?.Kind);
        Assert.Contains("'releases'", moved.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.TagImmutable, (await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token))?.Kind);
        Assert.Equal(ErrorKind.TagImmutable, (await content.Removal.DeleteAsync(Name("r"), manifest, "me", Token))?.Kind);
        Assert.Null(await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("latest"), "me", Token));
        Assert.True(await content.CanPullAsync("r", "v1"));

        await content.SetPolicyAsync(Second);
        Assert.Null(await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token));
    }

    [Fact]
    public async Task A_push_with_one_immutable_tag_among_others_changes_nothing()
    {
        await content.SetPolicyAsync(First);
        var (one, two) = (await content.PushBlobAsync("r", "1"), await content.PushBlobAsync("r", "2"));
        var before = await content.PutManifestAsync("r", ["v1", "latest"], one);
        Assert.Equal(ErrorKind.TagImmutable, (await content.TryPutAsync("r", ["latest", "v1"], MediaTypes.OciManifest, ManifestJson(two))).Error?.Kind);
        Assert.True(Reference.TryParse("latest", out var latest));
        Assert.Equal(before, (await content.Manifests.PullAsync(Name("r"), latest, Token)).Value.Digest);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
