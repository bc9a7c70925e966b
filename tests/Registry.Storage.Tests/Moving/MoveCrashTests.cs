using Microsoft.EntityFrameworkCore;
using Registry.Gc.Sweeping;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using Registry.Testing;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Moving;

/// <summary>A move that is killed anywhere, and what others do to the very blob that is being moved.</summary>
public sealed class MoveCrashTests : IAsyncDisposable
{
    private const int Blobs = 3;

    private readonly TwoStores stores = new();
    private int interfered;

    private TestContent Content => stores.Content;

    /// <summary>A blob takes six operations of the stores, and the index changes between them only.</summary>
    public static TheoryData<int> Moments => [.. Enumerable.Range(1, 18)];

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Killed_before_any_operation_of_a_store_it_goes_on_and_nothing_is_lost_or_left(int moment)
    {
        await PushAsync();
        await stores.BeginAsync();
        var operations = 0;
        // From that moment on nothing happens any more.
        stores.Before = (_, _, _) => Interlocked.Increment(ref operations) >= moment ? new TaskCompletionSource().Task : Task.CompletedTask;
        await Content.MoveRunner.AddAsync("me", Token);
        await Content.MoveRunner.StartAsync(Token);
        await Wait.UntilAsync(() => Volatile.Read(ref operations) >= moment || Content.Moves.List(null, 1)[0].Step == "waiting", "the moment");
        stores.Before = (_, _, _) => new TaskCompletionSource().Task;
        await Content.CrashAsync();
        stores.Before = (_, _, _) => Task.CompletedTask;

        await RunToTheEndAsync();
        await AssertWholeAsync();
    }

    [Theory]
    [InlineData(WatchedStore.OpenWrite)]
    [InlineData(WatchedStore.Write)]
    [InlineData(WatchedStore.Complete)]
    public async Task Pulled_and_pushed_in_the_middle_of_its_move_a_blob_is_always_there(string moment)
    {
        await PushAsync();
        await stores.BeginAsync();
        During(moment, async () =>
        {
            Assert.Equal("blob 0", await Content.PullBlobAsync("r", DigestOf("blob 0")));
            await Content.PushBlobAsync("other", "blob 0");
            Assert.Equal("blob 0", await Content.PullBlobAsync("other", DigestOf("blob 0")));
        });
        await RunToTheEndAsync();
        Assert.Equal(1, interfered);
        await AssertWholeAsync();
        Assert.Equal("blob 0", await Content.PullBlobAsync("other", DigestOf("blob 0")));
    }

    [Theory]
    [InlineData(WatchedStore.OpenWrite)]
    [InlineData(WatchedStore.Complete)]
    public async Task Deleted_in_the_middle_of_its_move_a_blob_leaves_no_copy(string moment)
    {
        await PushAsync();
        var gone = await Content.PushBlobAsync("r", "gone");
        await stores.BeginAsync();
        During(moment, () => Content.Blobs.DeleteAsync(Name("r"), gone, "me", Token), of: "gone");
        await RunToTheEndAsync();
        Assert.Equal(1, interfered);
        await AssertWholeAsync();
    }

    [Fact]
    public async Task Healed_in_the_middle_of_its_move_a_blob_keeps_its_new_bytes()
    {
        await PushAsync();
        await stores.BeginAsync();
        During(WatchedStore.Complete, async () =>
        {
            var digest = DigestOf("blob 0").ToString();
            await Content.Writer.WriteAsync(db => db.Blobs.Where(b => b.Digest == digest).ExecuteUpdate(set => set.SetProperty(b => b.Finding, "missing")), Token);
            await Content.PushBlobAsync("r", "blob 0");
        });
        await RunToTheEndAsync();
        Assert.Equal(1, interfered);
        await AssertWholeAsync();
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    private async Task PushAsync()
    {
        for (var i = 0; i < Blobs; i++)
        {
            await Content.PushBlobAsync("r", $"blob {i}");
        }
    }

    /// <summary>Does something once, before an operation of the move of a blob. The other operations go on meanwhile.</summary>
    private void During(string moment, Func<Task> action, string of = "blob 0")
    {
        var digest = DigestOf(of).ToString();
        stores.Before = async (operation, key, _) =>
        {
            // The key of a copy stands among the condemned before its first byte; its size says whose it is.
            if (operation == moment && Content.Read(db => db.Condemned.Any(c => c.StorageKey == key.ToString() && c.Size == of.Length))
                && Content.Read(db => db.Blobs.Any(b => b.Digest == digest)) && Interlocked.Exchange(ref interfered, 1) == 0)
            {
                await action();
            }
        };
    }

    private async Task RunToTheEndAsync()
    {
        var id = await Content.MoveRunner.AddAsync("me", Token);
        await Content.MoveRunner.StartAsync(Token);
        await Wait.UntilAsync(
            async () =>
            {
                Content.Time.Advance(TimeSpan.FromMinutes(10));
                await Content.Condemned.DeleteDueAsync(Token);
                return Content.Moves.Find(id)!.EndedAt is not null;
            },
            "the move to end");
        await Content.MoveRunner.StopAsync(Token);
        var move = Content.Moves.Find(id)!;
        Assert.Equal((0, 0, null), (move.Skipped, move.Left, move.Error));
    }

    /// <summary>Every blob has its bytes in the new store, and nothing else is in either after a day, without any reconcile; that finds nothing.</summary>
    private async Task AssertWholeAsync()
    {
        for (var i = 0; i < Blobs; i++)
        {
            Assert.Equal($"blob {i}", await Content.PullBlobAsync("r", DigestOf($"blob {i}")));
        }

        Content.Time.Advance(TimeSpan.FromHours(25));
        await Content.Condemned.DeleteDueAsync(Token);
        var named = Content.Read(db => db.Blobs.Select(b => b.StorageKey).ToList());
        Assert.Equal(named.Order(StringComparer.Ordinal), (await TwoStores.ListAsync(stores.Target)).Select(o => o.Key.ToString()).Order(StringComparer.Ordinal));
        Assert.Empty(await TwoStores.ListAsync(stores.Source));
        Assert.Equal(0, Content.Read(db => db.Condemned.Count()));
        var run = await Content.SweepAsync(ReconcileScope.All);
        Assert.Equal((0, 0), (run.Unnamed, run.Missing));
    }
}
