using Registry.Storage.Index;
using Registry.Storage.Journal;
using Registry.Storage.Tests.Buckets;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Journal;

public sealed class JournalTests : IDisposable
{
    private readonly TestBucket bucket = new();

    public void Dispose() => bucket.Dispose();

    [Fact]
    public async Task What_was_pushed_moved_deleted_and_collected_is_the_same_in_an_index_made_from_the_journal_alone()
    {
        await using var owner = await OwnerAsync();
        await WorkAsync(owner);
        await owner.Writer.FlushAsync(Token);
        await using var other = await FollowerAsync();
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
    }

    [Fact]
    public async Task An_index_from_a_snapshot_and_the_journal_after_it_is_the_same()
    {
        await using var owner = await OwnerAsync();
        await WorkAsync(owner);
        var snapshot = await owner.Get<SnapshotTaking>().TakeAsync(Token);
        Assert.Equal(2, snapshot.Manifests);
        await owner.PutManifestAsync("r", ["after"], await owner.PushBlobAsync("r", "after"));
        await using var other = await FollowerAsync();
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
        Assert.True(await other.CanPullAsync("r", "after"));
    }

    [Fact]
    public async Task A_push_of_an_image_takes_one_object_of_the_journal()
    {
        await using var owner = await OwnerAsync();
        var before = Entries;
        await owner.PutManifestAsync("r", ["a"], await owner.PushBlobAsync("r", "config"), await owner.PushBlobAsync("r", "layer"));
        Assert.Equal(before + 1, Entries);
    }

    [Fact]
    public async Task A_push_that_the_journal_does_not_take_has_not_happened()
    {
        await using var owner = await OwnerAsync();
        var blob = await owner.PushBlobAsync("r", "layer");
        bucket.Objects.Before = (_, _) => throw new IOException("The bucket does not answer.");
        await Assert.ThrowsAsync<JournalFailure>(() => owner.PutManifestAsync("r", ["a"], blob));
        Assert.False(await owner.CanPullAsync("r", "a"));
        bucket.Objects.Before = (_, _) => { };
        await owner.PutManifestAsync("r", ["a"], blob);
        await using var other = await FollowerAsync();
        Assert.True(await other.CanPullAsync("r", "a"));
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
    }

    [Fact]
    public async Task A_journal_is_read_to_its_end_from_a_bucket_that_fails_again_and_again()
    {
        await using var owner = await OwnerAsync();
        var blob = await owner.PushBlobAsync("r", "layer");
        for (var i = 0; i < 50; i++)
        {
            await owner.PutManifestAsync("r", [$"tag{i}"], blob);
        }

        var reads = 0;
        bucket.Objects.Before = (method, name) =>
        {
            if (method == "OpenReadAsync" && name.StartsWith("journal/", StringComparison.Ordinal) && Interlocked.Increment(ref reads) is < 200 and var count && count % 4 == 0)
            {
                throw new IOException("The bucket has failed.");
            }
        };
        await using var other = await FollowerAsync();
        Assert.True(reads > 60);
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
    }

    [Fact]
    public async Task A_push_whose_answer_from_the_journal_was_lost_is_there_or_not_on_all_hosts_alike()
    {
        await using var owner = await OwnerAsync();
        var blob = await owner.PushBlobAsync("r", "layer");
        bucket.Objects.After = (method, _) => throw (method == "TryAddAsync" ? new IOException("The answer was lost.") : new InvalidOperationException());
        await Assert.ThrowsAsync<JournalFailure>(() => owner.PutManifestAsync("r", ["a"], blob));
        bucket.Objects.After = (_, _) => { };
        await owner.PutManifestAsync("r", ["b"], blob);
        await using var other = await FollowerAsync();
        Assert.True(await owner.CanPullAsync("r", "a"));
        Assert.True(await other.CanPullAsync("r", "a"));
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
    }

    [Fact]
    public async Task An_owner_that_was_killed_goes_on_with_everything_that_it_had_committed()
    {
        await using var owner = await OwnerAsync();
        await owner.PutManifestAsync("r", ["a"], await owner.PushBlobAsync("r", "layer"));
        var late = await owner.PushBlobAsync("r", "not yet journaled");
        await owner.CrashAsync();
        await TakeOverAsync(owner);
        await owner.PutManifestAsync("r", ["b"], late);
        await using var other = await FollowerAsync();
        Assert.True(await other.CanPullAsync("r", "b"));
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
        Assert.Null(owner.Read(db => db.JournalPosition.Single().PromisedUntil));
    }

    [Fact]
    public async Task An_owner_that_was_replaced_can_write_nothing_more_and_loses_its_lease()
    {
        await using var owner = await OwnerAsync();
        var blob = await owner.PushBlobAsync("r", "layer");
        await owner.PutManifestAsync("r", ["a"], blob);
        await using var other = await OwnerAsync();
        await Assert.ThrowsAsync<JournalFailure>(() => owner.PutManifestAsync("r", ["b"], blob));
        Assert.False(owner.Get<Lease>().IsHeld);
        await Assert.ThrowsAsync<JournalFailure>(() => owner.PushBlobAsync("r", "more"));
        Assert.False(await other.CanPullAsync("r", "b"));
        Assert.True(await other.CanPullAsync("r", "a"));
        // Its predecessor may have promised something in its last second: nothing that has an end is collected for a while.
        Assert.Equal(bucket.Time.GetUtcNow() + (other.Windows.Promise * 1.5), other.Read(db => db.JournalPosition.Single().PromisedUntil));
    }

    [Fact]
    public async Task An_index_with_changes_that_its_successor_does_not_know_is_made_anew()
    {
        await using var owner = await OwnerAsync();
        await owner.PutManifestAsync("r", ["a"], await owner.PushBlobAsync("r", "layer"));
        await owner.PushBlobAsync("r", "lost");
        await owner.CrashAsync();
        await using var other = await OwnerAsync();
        await other.PutManifestAsync("r", ["b"], await other.PushBlobAsync("r", "kept"));
        await OpenAsync(owner);
        Assert.Equal(IndexDump.Of(other), IndexDump.Of(owner));
        Assert.False(owner.Read(db => db.JournalPosition.Single().IsWriter));
    }

    [Fact]
    public async Task An_index_that_is_older_than_the_journals_beginning_is_made_anew()
    {
        await using var owner = await OwnerAsync();
        await using var other = await FollowerAsync();
        await WorkAsync(owner);
        await owner.Get<SnapshotTaking>().TakeAsync(Token);
        await owner.PutManifestAsync("r", ["x"], await owner.PushBlobAsync("r", "x"));
        await owner.Get<SnapshotTaking>().TakeAsync(Token);
        await owner.PutManifestAsync("r", ["y"], await owner.PushBlobAsync("r", "y"));
        await owner.Get<SnapshotTaking>().TakeAsync(Token);
        Assert.DoesNotContain(bucket.Objects.Objects, o => o.Key == "journal/00000000000000000002");
        await OpenAsync(other);
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
    }

    [Fact]
    public async Task Snapshots_and_the_journal_before_them_are_removed()
    {
        await using var owner = await OwnerAsync();
        for (var i = 0; i < 20; i++)
        {
            await owner.PutManifestAsync("r", ["t"], await owner.PushBlobAsync("r", $"{i}"));
            await owner.Get<SnapshotTaking>().TakeAsync(Token);
        }

        Assert.Equal(4, bucket.Objects.Objects.Keys.Count(name => name.StartsWith("snapshots/", StringComparison.Ordinal)));
        Assert.InRange(Entries, 1, 3);
        await owner.Get<SnapshotTaking>().TakeAsync(Token);
        await using var other = await FollowerAsync();
        Assert.Equal(IndexDump.Of(owner), IndexDump.Of(other));
    }

    private int Entries => bucket.Objects.Objects.Keys.Count(name => name.StartsWith("journal/", StringComparison.Ordinal));

    private static async Task OpenAsync(TestContent content)
    {
        await content.Get<IFollowedIndex>().OpenAsync(new Progress<RestoreProgress>(), Token);
        await content.Get<IFollowedIndex>().CatchUpAsync(new Progress<RestoreProgress>(), Token);
    }

    private static async Task TakeOverAsync(TestContent content)
    {
        await OpenAsync(content);
        Assert.True(await content.Get<IFollowedIndex>().TryTakeOverAsync("test", Token));
        content.Get<Lease>().Confirm(content.Get<Lease>().Now());
    }

    private async Task<TestContent> FollowerAsync()
    {
        var content = On(bucket);
        await OpenAsync(content);
        return content;
    }

    private async Task<TestContent> OwnerAsync()
    {
        var content = On(bucket);
        await TakeOverAsync(content);
        return content;
    }

    /// <summary>Something of everything.</summary>
    private static async Task WorkAsync(TestContent content)
    {
        var (config, layer, shared) = (await content.PushBlobAsync("r", "config"), await content.PushBlobAsync("r", "layer"), await content.PushBlobAsync("other/r", "shared"));
        var one = await content.PutManifestAsync("r", ["latest", "v1"], config, layer);
        var two = await content.PutManifestAsync("r", ["latest"], config);
        await content.PutIndexAsync("r", ["multi"], one, two);
        var gone = await content.PutManifestAsync("other/r", ["gone"], shared);
        Assert.Null(await content.Removal.DeleteAsync(Name("other/r"), gone, "ci", Token));
        await content.SetPolicyAsync("""{"version":1,"mode":"apply","rules":[{"name":"all","repositories":["**"],"tags":["*"],"keep":{"newest":1}}]}""");
        await content.PlanAsync();
        content.Get<Lease>().Confirm(content.Get<Lease>().Now());
        content.Time.Advance(TimeSpan.FromDays(3));
        content.Get<Lease>().Confirm(content.Get<Lease>().Now());
        await content.SweepAsync();
        content.Time.Advance(TimeSpan.FromDays(3));
        content.Get<Lease>().Confirm(content.Get<Lease>().Now());
        await content.SweepAsync();
    }
}
