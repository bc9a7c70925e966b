using Microsoft.EntityFrameworkCore;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

/// <summary>The promise (ADR 0008): when it starts, what renews it, what ends it, and that it costs no write while something needs the content.</summary>
public sealed class PromiseTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    private DateTimeOffset FullTerm => content.Time.GetUtcNow() + 1.5 * content.Windows.Promise;

    [Fact]
    public async Task A_pushed_blob_is_promised_from_its_seal_on()
    {
        var blob = await content.PushBlobAsync("r", "x");
        Assert.Equal(FullTerm, content.KeptUntil("r", blob));
    }

    [Fact]
    public async Task Pushing_it_again_renews_the_promise()
    {
        var blob = await content.PushBlobAsync("r", "x");
        content.Time.Advance(TimeSpan.FromHours(5));
        await content.PushBlobAsync("r", "x");
        Assert.Equal(FullTerm, content.KeptUntil("r", blob));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(7, true)]
    public async Task Finding_it_renews_the_promise_only_when_little_more_than_the_whole_of_it_is_left(int hours, bool renewed)
    {
        var blob = await content.PushBlobAsync("r", "x");
        var first = content.KeptUntil("r", blob);
        content.Time.Advance(TimeSpan.FromHours(hours));
        await content.PullBlobAsync("r", blob);
        Assert.Equal(renewed ? FullTerm : first, content.KeptUntil("r", blob));
    }

    [Fact]
    public async Task Whenever_a_yes_is_said_it_holds_for_the_whole_promise()
    {
        var blob = await content.PushBlobAsync("r", "x");
        for (var hours = 1; hours < 40; hours++)
        {
            content.Time.Advance(TimeSpan.FromHours(1));
            Assert.NotNull(await content.PullBlobAsync("r", blob));
            Assert.True(content.KeptUntil("r", blob) >= content.Time.GetUtcNow() + content.Windows.Promise);
        }
    }

    [Fact]
    public async Task A_clock_that_is_set_back_shortens_no_promise()
    {
        var (blob, manifest) = (await content.PushBlobAsync("r", "x"), await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "y")));
        var (blobEnd, manifestEnd) = (content.KeptUntil("r", blob), content.ManifestRow("r", manifest).KeptUntil);
        content.Time.AdjustTime(content.Time.GetUtcNow() - TimeSpan.FromDays(3));
        await content.PushBlobAsync("r", "x");
        await content.PutManifestAsync("r", [], DigestOf("y"));
        Assert.Equal((blobEnd, manifestEnd), (content.KeptUntil("r", blob), content.ManifestRow("r", manifest).KeptUntil));
    }

    [Fact]
    public async Task A_mount_is_promised_and_a_second_one_renews()
    {
        var blob = await content.PushBlobAsync("source", "x");
        Assert.True(await content.Blobs.MountAsync(Name("r"), blob, Name("source"), _ => true, Token));
        content.Time.Advance(TimeSpan.FromHours(1));
        Assert.True(await content.Blobs.MountAsync(Name("r"), blob, from: null, _ => true, Token));
        Assert.Equal(FullTerm, content.KeptUntil("r", blob));
    }

    [Fact]
    public async Task A_blob_that_a_manifest_needs_has_no_end_whoever_says_yes_for_it()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.PutManifestAsync("r", ["latest"], blob);
        Assert.Null(content.KeptUntil("r", blob));
        await content.PushBlobAsync("r", "x");
        Assert.True(await content.Blobs.MountAsync(Name("r"), blob, null, _ => true, Token));
        await content.PullBlobAsync("r", blob);
        Assert.Null(content.KeptUntil("r", blob));
    }

    [Fact]
    public async Task Pulling_what_is_referenced_writes_nothing()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.PutManifestAsync("r", ["latest"], blob);
        content.Time.Advance(TimeSpan.FromDays(100));
        content.Writer.Dispose();
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
        Assert.True(await content.CanPullAsync("r", "latest"));
    }

    [Fact]
    public async Task It_starts_again_when_the_last_manifest_that_needs_it_goes()
    {
        var (shared, own) = (await content.PushBlobAsync("r", "shared"), await content.PushBlobAsync("r", "own"));
        var first = await content.PutManifestAsync("r", [], shared, own);
        var second = await content.PutManifestAsync("r", [], shared);
        content.Time.Advance(TimeSpan.FromDays(10));

        await content.Removal.DeleteAsync(Name("r"), first, "me", Token);
        Assert.Null(content.KeptUntil("r", shared));
        Assert.Equal(FullTerm, content.KeptUntil("r", own));

        await content.Removal.DeleteAsync(Name("r"), second, "me", Token);
        Assert.Equal(FullTerm, content.KeptUntil("r", shared));
    }

    [Fact]
    public async Task A_manifest_without_a_tag_is_promised_and_a_pull_renews_it()
    {
        var manifest = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        Assert.Equal(FullTerm, content.ManifestRow("r", manifest).KeptUntil);
        content.Time.Advance(TimeSpan.FromHours(20));
        Assert.True(await content.CanPullAsync("r", manifest.ToString()));
        Assert.Equal(FullTerm, content.ManifestRow("r", manifest).KeptUntil);
    }

    [Fact]
    public async Task A_tag_ends_the_need_for_a_promise_and_moving_it_away_starts_one()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var first = await content.PutManifestAsync("r", ["latest"], blob);
        Assert.Null(content.ManifestRow("r", first).KeptUntil);
        Assert.Null(content.ManifestRow("r", first).UnreferencedSince);

        content.Time.Advance(TimeSpan.FromDays(3));
        await content.PutManifestAsync("r", ["latest"], blob, blob, await content.PushBlobAsync("r", "y"));
        Assert.Equal(FullTerm, content.ManifestRow("r", first).KeptUntil);
        Assert.Equal(content.Time.GetUtcNow(), content.ManifestRow("r", first).UnreferencedSince);
        Assert.True(await content.CanPullAsync("r", first.ToString()));
    }

    [Fact]
    public async Task Deleting_a_tag_starts_the_promise_of_its_manifest()
    {
        var manifest = await content.PutManifestAsync("r", ["a", "b"], await content.PushBlobAsync("r", "x"));
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("a"), "me", Token);
        Assert.Null(content.ManifestRow("r", manifest).KeptUntil);
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("b"), "me", Token);
        Assert.Equal(FullTerm, content.ManifestRow("r", manifest).KeptUntil);
    }

    [Fact]
    public async Task An_index_ends_the_need_for_its_children_and_they_get_one_when_it_goes()
    {
        var child = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        var index = await content.PutIndexAsync("r", ["multi"], child);
        Assert.Null(content.ManifestRow("r", child).KeptUntil);
        content.Time.Advance(TimeSpan.FromDays(2));
        await content.Removal.DeleteAsync(Name("r"), index, "me", Token);
        Assert.Equal(FullTerm, content.ManifestRow("r", child).KeptUntil);
    }

    [Fact]
    public async Task A_found_link_that_is_swept_in_the_same_moment_is_answered_with_no()
    {
        var blob = await content.PushBlobAsync("r", "x");
        content.Time.Advance(TimeSpan.FromHours(35));
        var sweep = content.Writer.WriteAsync(db => db.Links.ExecuteDelete(), Token);
        Assert.Null(await content.PullBlobAsync("r", blob));
        Assert.Equal(1, await sweep);
    }

    [Fact]
    public async Task A_blob_deleted_by_a_client_is_gone_at_once_in_that_repository_only()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.PushBlobAsync("other", "x");
        Assert.Null(await content.Blobs.DeleteAsync(Name("r"), blob, "me", Token));
        Assert.Null(await content.PullBlobAsync("r", blob));
        Assert.Equal("x", await content.PullBlobAsync("other", blob));
        Assert.Equal(ErrorKind.ManifestBlobUnknown, (await content.TryPutAsync("r", [], MediaTypes.OciManifest, ManifestJson(blob))).Error!.Kind);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
