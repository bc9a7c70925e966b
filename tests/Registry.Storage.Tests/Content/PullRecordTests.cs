using Registry.Storage.Index;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

/// <summary>Pulls by day: what a back-test of a policy looks at.</summary>
public sealed class PullRecordTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task Each_tag_and_digest_has_one_row_a_day_with_the_last_time_of_it()
    {
        var image = await content.PutManifestAsync("r", ["v1", "v2"], await content.PushBlobAsync("r", "x"));
        await PullAsync("v1");
        content.Time.Advance(TimeSpan.FromHours(1));
        await PullAsync("v1", image.ToString());
        content.Time.Advance(TimeSpan.FromHours(23));
        await PullAsync("v2");

        var (day, start) = (20454, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(
            [("", day, start.AddHours(1)), ("v1", day, start.AddHours(1)), ("v2", day + 1, start.AddHours(24))],
            Rows().Select(row => (row.Tag, row.Day, row.At)));
        Assert.All(Rows(), row => Assert.Equal(image.ToString(), row.Digest));
        Assert.Equal(start.AddHours(24), content.ManifestRow("r", image).LastPulledAt);
        Assert.Equal([start.AddHours(1), start.AddHours(24)], content.Read(db => db.Tags.OrderBy(t => t.Name).Select(t => t.LastPulledAt!.Value).ToList()));
    }

    [Fact]
    public async Task A_moved_tag_was_pulled_at_what_it_pointed_to_and_what_has_gone_is_passed_over()
    {
        var first = await content.PutManifestAsync("r", ["moved", "deleted"], await content.PushBlobAsync("r", "x"));
        var gone = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "y"));
        Assert.True(await content.CanPullAsync("r", "moved") && await content.CanPullAsync("r", "deleted") && await content.CanPullAsync("r", gone.ToString()));
        await content.PutManifestAsync("r", ["moved"], await content.PushBlobAsync("r", "z"));
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("deleted"), "me", Token);
        await content.Removal.DeleteAsync(Name("r"), gone, "me", Token);
        await content.Pulls.FlushAsync(Token);
        var row = Assert.Single(Rows());
        Assert.Equal(("moved", first.ToString()), (row.Tag, row.Digest));
    }

    [Fact]
    public async Task Whoever_wants_the_pulls_written_waits_also_for_those_that_somebody_else_is_writing()
    {
        await content.PutManifestAsync("r", ["v1"], await content.PushBlobAsync("r", "x"));
        Assert.True(await content.CanPullAsync("r", "v1"));
        using var release = new ManualResetEventSlim();
        var busy = content.Writer.WriteAsync(
            _ =>
            {
                release.Wait(Token);
                return 0;
            },
            Token);
        var first = content.Pulls.FlushAsync(Token);
        var second = content.Pulls.FlushAsync(Token);
        Assert.False(second.IsCompleted);
        release.Set();
        await Task.WhenAll(busy, first, second);
        Assert.Single(Rows());
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private List<PullRow> Rows() => content.Read(db => db.Pulls.OrderBy(p => p.Day).ThenBy(p => p.Tag).ToList());

    private async Task PullAsync(params string[] references)
    {
        foreach (var reference in references)
        {
            Assert.True(await content.CanPullAsync("r", reference));
        }

        await content.Pulls.FlushAsync(Token);
    }
}
