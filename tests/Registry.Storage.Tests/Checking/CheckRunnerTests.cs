using Registry.Gc.Checking;
using Registry.Storage.Blobs;
using Registry.Storage.Tests.Content;
using Registry.Testing;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Checking;

/// <summary>When checks run, and that one which was stopped goes on where it was.</summary>
public sealed class CheckRunnerTests : IAsyncDisposable
{
    private readonly TestContent content = new();
    private readonly List<string> read = [];
    private int allowed = int.MaxValue;
    private Exception? failure;

    [Fact]
    public async Task A_check_that_was_stopped_while_it_read_goes_on_and_reads_nothing_twice()
    {
        await PushAsync(6);
        await WatchAsync();
        allowed = 3;
        var id = await content.CheckRunner.AddAsync("me", read: true, repair: false, Token);
        await content.CheckRunner.StartAsync(Token);
        await Wait.UntilAsync(() => content.Checks.Find(id)!.Blobs == 3, "three blobs to be read");
        await content.CheckRunner.StopAsync(Token);
        Assert.Null(content.Checks.Find(id)!.EndedAt);

        await content.CrashAsync();
        allowed = int.MaxValue;
        await content.CheckRunner.StartAsync(Token);
        await Wait.UntilAsync(() => content.Checks.Find(id)!.EndedAt is not null, "the check to end");
        var check = content.Checks.Find(id)!;
        Assert.Equal((6, 6, null), (check.Blobs, check.Bytes, check.Error));
        Assert.Equal(6, read.Distinct().Count());
        // The one that it was stopped in is opened again.
        Assert.InRange(read.Count, 6, 7);
    }

    [Fact]
    public async Task What_cannot_be_read_is_reported_and_stays_known_and_a_store_that_reads_nothing_fails_the_check()
    {
        await PushAsync(2);
        var blob = await content.PushBlobAsync("r", "x");
        await WatchAsync();
        failure = new IOException("Input/output error");
        var few = await content.CheckAsync(read: true);
        Assert.Null(few.Error);
        Assert.All(content.Findings.OfCheck(few.Id, 0, 10), f => Assert.Equal((FindingKinds.Unreadable, FindingOutcomes.Reported), (f.Kind, f.Outcome)));
        Assert.Equal((3, 3), content.Findings.Count(few.Id));
        failure = null;
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
        failure = new IOException("Input/output error");
        await PushAsync(20);
        Assert.Contains("Input/output error", (await content.CheckAsync(read: true)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schedule_reads_everything_once_in_its_time_and_makes_way_for_what_somebody_asks_for()
    {
        await content.CheckRunner.AddScheduledAsync(Token);
        await PushAsync(1);
        await content.CheckRunner.AddScheduledAsync(Token);
        Assert.Empty(content.Checks.List(null, 10));
        content.Time.Advance(TimeSpan.FromDays(30));
        await content.CheckRunner.AddScheduledAsync(Token);
        await content.CheckRunner.AddScheduledAsync(Token);
        var scheduled = Assert.Single(content.Checks.List(null, 10));
        Assert.Equal((Checks.Schedule, true, false), (scheduled.By, scheduled.Read, scheduled.Repair));
        var asked = await content.CheckRunner.AddAsync("me", read: false, repair: false, Token);
        Assert.Equal(asked, content.Checks.FindNext()!.Id);
        await content.CheckRunner.StartAsync(Token);
        await Wait.UntilAsync(() => content.Checks.FindNext() is null, "both to end");
        content.Time.Advance(TimeSpan.FromDays(29));
        await content.CheckRunner.AddScheduledAsync(Token);
        Assert.Equal(2, content.Checks.List(null, 10).Count);
        content.Time.Advance(TimeSpan.FromDays(1));
        await content.CheckRunner.AddScheduledAsync(Token);
        Assert.Equal(3, content.Checks.List(null, 10).Count);
    }

    [Fact]
    public async Task Bytes_go_no_faster_than_they_may()
    {
        var pace = new BytePace(content.Time, 1000);
        await pace.SpendAsync(500, Token);
        var second = pace.SpendAsync(2000, Token).AsTask();
        var third = pace.SpendAsync(1, Token).AsTask();
        content.Time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(second.IsCompleted);
        content.Time.Advance(TimeSpan.FromMilliseconds(1));
        await second;
        content.Time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(third.IsCompleted);
        content.Time.Advance(TimeSpan.FromMilliseconds(1));
        await third;
    }

    public async ValueTask DisposeAsync()
    {
        await content.CheckRunner.StopAsync(CancellationToken.None);
        await content.DisposeAsync();
    }

    private async Task PushAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await content.PushBlobAsync("r", ((char)('a' + i)).ToString());
        }
    }

    /// <summary>Reads beyond what is allowed wait for ever, as those of a slow disk do.</summary>
    private Task WatchAsync() => content.RestartAsync(() => new WatchedStore(new FileSystemBlobStore(content.Folder, new StorageOptions()), async (operation, key, token) =>
    {
        if (operation != WatchedStore.Read)
        {
            return;
        }

        if (failure is not null)
        {
            throw failure;
        }

        read.Add(key.ToString());
        if (read.Count > allowed)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, content.Time, token);
        }
    }));
}
