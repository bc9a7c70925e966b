using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>What the sweep removes and when: each thing in its own time, and nothing that is named, promised or pinned.</summary>
public sealed class SweepTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    /// <summary>Longer than a promise with its slack, and the time after it.</summary>
    private TimeSpan Long => 1.5 * content.Windows.Promise + content.Windows.UntaggedAfter + TimeSpan.FromMinutes(1);

    [Fact]
    public async Task What_a_tag_names_stays_for_ever()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.PutManifestAsync("r", ["latest"], blob);
        for (var i = 0; i < 3; i++)
        {
            content.Time.Advance(TimeSpan.FromDays(365));
            Assert.Equal((0, 0, 0), Removed(await content.SweepAsync()));
        }

        Assert.Equal("x", await content.PullBlobAsync("r", blob));
        Assert.True(await content.CanPullAsync("r", "latest"));
    }

    [Fact]
    public async Task An_image_that_lost_its_tag_goes_step_by_step_and_its_bytes_at_last()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var manifest = await content.PutManifestAsync("r", ["latest"], blob);
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("latest"), "me", Token);

        content.Time.Advance(Long - TimeSpan.FromMinutes(2));
        Assert.Equal((0, 0, 0), Removed(await content.SweepAsync()));
        content.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((1, 0, 0), Removed(await content.SweepAsync()));
        Assert.False(await content.CanPullAsync("r", manifest.ToString()));
        Assert.Equal("x", await content.PullBlobAsync("r", blob));

        content.Time.Advance(2 * content.Windows.Promise);
        var condemning = await content.SweepAsync();
        Assert.Equal((0, 1, 0), Removed(condemning));
        Assert.Single(await content.StoredAsync());
        content.Time.Advance(content.Windows.Drain);
        await content.SweepAsync();
        condemning = content.Run(condemning.Id);
        Assert.Equal((1, 1L), (condemning.Objects, condemning.FreedBytes));
        Assert.Empty(await content.StoredAsync());
        Assert.Equal(["tag", "manifest", "link", "object"], content.Read(db => db.Receipts.OrderBy(r => r.Id).Select(r => r.Kind).ToList()));
        Assert.Equal(1, content.Read(db => db.Receipts.Sum(r => r.FreedBytes)));
    }

    [Fact]
    public async Task A_blob_that_another_repository_links_keeps_its_bytes()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.PushBlobAsync("other", "x");
        await content.PutManifestAsync("other", ["latest"], blob);
        content.Time.Advance(Long);
        Assert.Equal((0, 1, 0), Removed(await content.SweepAsync()));
        content.Time.Advance(Long);
        Assert.Equal((0, 0, 0), Removed(await content.SweepAsync()));
        Assert.Null(await content.PullBlobAsync("r", blob));
        Assert.Equal("x", await content.PullBlobAsync("other", blob));
    }

    [Fact]
    public async Task A_blob_that_a_client_deleted_everywhere_gives_its_bytes_back_after_the_drain()
    {
        var blob = await content.PushBlobAsync("r", "x");
        await content.Blobs.DeleteAsync(Name("r"), blob, "me", Token);
        await content.SweepAsync();
        Assert.Single(await content.StoredAsync());
        content.Time.Advance(content.Windows.Drain);
        await content.SweepAsync();
        Assert.Empty(await content.StoredAsync());
    }

    [Fact]
    public async Task A_push_in_the_drain_stores_new_bytes_and_the_late_delete_does_not_touch_them()
    {
        var blob = await content.PushBlobAsync("r", "x");
        content.Time.Advance(Long);
        Assert.Equal((0, 1, 0), Removed(await content.SweepAsync()));
        await content.PushBlobAsync("r", "x");
        content.Time.Advance(content.Windows.Drain);
        await content.SweepAsync();
        Assert.Single(await content.StoredAsync());
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task A_pinned_digest_stays_while_its_pin_holds()
    {
        var manifest = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        var expires = content.Time.GetUtcNow() + Long + TimeSpan.FromDays(1);
        await content.Writer.WriteAsync(
            db =>
            {
                db.Pins.Add(new PinRow { Host = "web-1", Digest = manifest.ToString(), ReportedAt = content.Time.GetUtcNow(), ExpiresAt = expires });
                return db.SaveChanges();
            },
            Token);
        content.Time.Advance(Long);
        Assert.Equal((0, 0, 0), Removed(await content.SweepAsync()));
        content.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal((1, 0, 0), Removed(await content.SweepAsync()));
    }

    [Fact]
    public async Task Pulling_by_digest_keeps_it()
    {
        var manifest = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        for (var i = 0; i < 10; i++)
        {
            content.Time.Advance(TimeSpan.FromHours(23));
            Assert.True(await content.CanPullAsync("r", manifest.ToString()));
            Assert.Equal((0, 0, 0), Removed(await content.SweepAsync()));
        }
    }

    [Fact]
    public async Task An_upload_that_nobody_goes_on_with_goes_with_its_bytes()
    {
        await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token);
        content.Time.Advance(content.Windows.UploadExpiry + TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await content.SweepAsync()).Uploads);
        Assert.Equal(0, content.Read(db => db.UploadSessions.Count()));
    }

    [Fact]
    public async Task Many_batches_make_one_run()
    {
        for (var i = 0; i < 300; i++)
        {
            await content.PushBlobAsync($"r{i % 7}", $"blob {i}");
        }

        content.Time.Advance(Long);
        var condemning = await content.SweepAsync();
        Assert.Equal((0, 300, 0), Removed(condemning));
        content.Time.Advance(content.Windows.Drain);
        await content.SweepAsync();
        Assert.Equal(300, content.Run(condemning.Id).Objects);
        Assert.Equal(0, content.Read(db => db.Blobs.Count() + db.Links.Count() + db.Condemned.Count()));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private static (long Manifests, long Links, long Tags) Removed(RunRow run) => (run.Manifests, run.Links, run.Tags);
}
