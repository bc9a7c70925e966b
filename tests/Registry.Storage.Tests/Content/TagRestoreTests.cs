using Registry.Storage.Content;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class TagRestoreTests : IAsyncDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly TestContent content = new();

    [Fact]
    public async Task A_tag_goes_back_to_what_it_pointed_to_at_a_time_and_both_promises_are_turned_round()
    {
        var (first, second) = (await PutAsync("first", "v1"), await PutAfterAsync(Hour, "second", "v1"));
        content.Time.Advance(Hour);
        var restored = await RestoreAsync("v1", new RestoreTarget(null, content.Time.GetUtcNow() - 1.5 * Hour));
        Assert.Equal(new RestoredTag(first.ToString(), second.ToString(), WasInHistory: true), restored.Restored);
        Assert.True(await content.CanPullAsync("r", "v1"));
        Assert.Null(content.ManifestRow("r", first).KeptUntil);
        Assert.Equal(content.Time.GetUtcNow() + 1.5 * content.Windows.Promise, content.ManifestRow("r", second).KeptUntil);
        Assert.Equal(["first ci moved", "second ci moved", "first me "], HistoryOf("v1", (first, "first"), (second, "second")));
    }

    [Fact]
    public async Task A_tag_that_was_deleted_comes_back_by_digest()
    {
        var image = await PutAsync("x", "v1");
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token);
        Assert.Equal(new RestoredTag(image.ToString(), null, WasInHistory: true), (await RestoreAsync("v1", new RestoreTarget(image, null))).Restored);
        Assert.True(await content.CanPullAsync("r", "v1"));
        Assert.Null(content.ManifestRow("r", image).UnreferencedSince);
    }

    [Fact]
    public async Task Where_it_points_already_nothing_changes_not_even_its_push()
    {
        var image = await PutAsync("x", "v1");
        var pushed = content.Read(db => db.Tags.Single().PushedAt);
        content.Time.Advance(Hour);
        Assert.False((await RestoreAsync("v1", new RestoreTarget(image, null))).Restored!.HasMoved);
        Assert.Equal(pushed, content.Read(db => db.Tags.Single().PushedAt));
        Assert.Single(content.Read(db => db.TagHistory.ToList()));
    }

    [Fact]
    public async Task Another_manifest_of_the_repository_will_do_and_is_said_to_be_new_to_the_tag()
    {
        await PutAsync("x", "v1");
        var other = await PutAsync("y", "v2");
        Assert.False((await RestoreAsync("v1", new RestoreTarget(other, null))).Restored!.WasInHistory);
    }

    [Fact]
    public async Task What_has_gone_or_never_was_is_refused_as_that()
    {
        var image = await PutAsync("x", "v1");
        Assert.Equal(RestoreRefusal.Unknown, (await RestoreAsync("v1", new RestoreTarget(DigestOf("never"), null))).Refusal);
        Assert.Equal(RestoreRefusal.Unknown, (await RestoreAsync("v2", new RestoreTarget(null, content.Time.GetUtcNow()))).Refusal);
        var early = await RestoreAsync("v1", new RestoreTarget(null, content.Time.GetUtcNow() - Hour));
        Assert.Contains("did not exist", early.Message, StringComparison.Ordinal);

        content.Time.Advance(Hour);
        await content.Removal.DeleteAsync(Name("r"), image, "me", Token);
        Assert.Contains("had been deleted", (await RestoreAsync("v1", new RestoreTarget(null, content.Time.GetUtcNow()))).Message, StringComparison.Ordinal);
        Assert.Equal(RestoreRefusal.Gone, (await RestoreAsync("v1", new RestoreTarget(null, content.Time.GetUtcNow() - Hour))).Refusal);
        Assert.Equal(RestoreRefusal.Gone, (await RestoreAsync("v1", new RestoreTarget(image, null))).Refusal);
        Assert.Empty(content.Read(db => db.Tags.ToList()));
    }

    [Fact]
    public async Task An_immutable_tag_stays_where_it_is_and_comes_back_if_it_is_gone()
    {
        var (first, second) = (await PutAsync("x", "v1"), await PutAsync("y", "v1"));
        var immutable = new TagRestore(content.Writer, new TagProtection(new AllImmutable(), Deadlines), Deadlines);
        var refused = await immutable.RestoreAsync(Name("r"), Tag.Parse("v1"), new RestoreTarget(first, null), "me", Token);
        Assert.Equal(RestoreRefusal.Immutable, refused.Refusal);
        Assert.Contains("'releases'", refused.Message, StringComparison.Ordinal);
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token);
        Assert.NotNull((await immutable.RestoreAsync(Name("r"), Tag.Parse("v1"), new RestoreTarget(second, null), "me", Token)).Restored);
    }

    [Fact]
    public async Task The_history_says_what_can_be_restored_until_when_and_the_list_has_one_line_for_each_tag_and_digest()
    {
        var (first, second) = (await PutAsync("first", "v1"), await PutAfterAsync(Hour, "second", "v1"));
        await PutAfterAsync(Hour, "first", "v1");
        await PutAfterAsync(Hour, "second", "v1");
        await PutAfterAsync(Hour, "third", "v2");
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v2"), "me", Token);
        var until = content.ManifestRow("r", first).KeptUntil + content.Windows.UntaggedAfter;

        var history = History();
        var lines = history.List(Name("r"), Tag.Parse("v1"), null, 10);
        Assert.Equal([second, first, second, first], lines.Select(line => Digest.Parse(line.Digest)));
        Assert.All(lines, line => Assert.True(line.IsThere));
        Assert.Equal([null, until, null, until], lines.Select(line => line.ThereUntil));
        Assert.Equal(lines.Skip(2), history.List(Name("r"), Tag.Parse("v1"), lines[1].Id, 10));

        var restorable = history.Restorable(Name("r"), null, 10)!;
        Assert.Equal([("v2", "deleted"), ("v1", "moved")], restorable.Select(line => (line.Tag, line.Reason)));
        Assert.Equal((first.ToString(), until), (restorable[1].Digest, restorable[1].ThereUntil));
        Assert.Equal(restorable.Skip(1), history.Restorable(Name("r"), restorable[0].Id, 10)!);
        Assert.Null(history.Restorable(Name("nothing"), null, 10));
    }

    [Fact]
    public async Task What_the_sweep_has_removed_is_not_restorable_any_more()
    {
        await PutAsync("x", "v1");
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token);
        var until = History().Restorable(Name("r"), null, 10)!.Single().ThereUntil!.Value;
        content.Time.SetUtcNow(until);
        await content.SweepAsync();
        Assert.Single(History().Restorable(Name("r"), null, 10)!);
        content.Time.Advance(TimeSpan.FromMilliseconds(1));
        await content.SweepAsync();
        Assert.Empty(History().Restorable(Name("r"), null, 10)!);
        Assert.False(History().List(Name("r"), Tag.Parse("v1"), null, 10).Single().IsThere);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private Deadlines Deadlines => new(content.Time, content.Windows);

    private TagHistory History() => new(content.Contexts, content.Windows);

    private Task<RestoreOutcome> RestoreAsync(string tag, RestoreTarget target) =>
        new TagRestore(content.Writer, new TagProtection(new NoImmutableTags(), Deadlines), Deadlines).RestoreAsync(Name("r"), Tag.Parse(tag), target, "me", Token);

    private async Task<Digest> PutAsync(string text, string tag) => await content.PutManifestAsync("r", [tag], await content.PushBlobAsync("r", text));

    private async Task<Digest> PutAfterAsync(TimeSpan time, string text, string tag)
    {
        content.Time.Advance(time);
        return await PutAsync(text, tag);
    }

    private IEnumerable<string> HistoryOf(string tag, params (Digest Digest, string Name)[] names) =>
        content.Read(db => db.TagHistory.Where(h => h.Tag == tag).OrderBy(h => h.Id).ToList())
            .Select(h => $"{names.Single(n => n.Digest.ToString() == h.Digest).Name} {h.FromBy} {h.ToReason}");

    private sealed class NoImmutableTags : IImmutableTags
    {
        public string? FindRule(RepositoryName repository, Tag tag) => null;
    }

    private sealed class AllImmutable : IImmutableTags
    {
        public string? FindRule(RepositoryName repository, Tag tag) => "releases";
    }
}
