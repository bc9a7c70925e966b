using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Tests.Content;

namespace Registry.Storage.Tests.Index;

public sealed class IndexWriterTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_that_come_together_all_commit()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => content.Writer.WriteAsync(db => Add(db, $"r{i}"), Token)));
        Assert.Equal(300, added.Distinct().Count());
        Assert.Equal(300, content.Read(db => db.Repositories.Count()));
    }

    [Fact]
    public async Task A_change_that_throws_takes_no_other_with_it_and_leaves_nothing()
    {
        var changes = Enumerable.Range(0, 100).Select(i => content.Writer.WriteAsync(
            db =>
            {
                var id = Add(db, $"r{i}");
                return i % 10 == 3 ? throw new InvalidDataException("on purpose") : id;
            },
            Token)).ToList();
        foreach (var (change, i) in changes.Select((change, i) => (change, i)))
        {
            if (i % 10 == 3)
            {
                await Assert.ThrowsAsync<InvalidDataException>(() => change);
            }
            else
            {
                await change;
            }
        }

        Assert.Equal(90, content.Read(db => db.Repositories.Count()));
    }

    [Fact]
    public async Task A_change_of_one_that_the_database_refuses_takes_no_other_with_it()
    {
        await content.Writer.WriteAsync(db => Add(db, "there"), Token);
        var good = content.Writer.WriteAsync(db => Add(db, "a"), Token);
        var bad = content.Writer.WriteAsync(db => Add(db, "there"), Token);
        var alsoGood = content.Writer.WriteAsync(db => Add(db, "b"), Token);
        await good;
        await Assert.ThrowsAsync<DbUpdateException>(() => bad);
        await alsoGood;
        Assert.Equal(3, content.Read(db => db.Repositories.Count()));
    }

    [Fact]
    public async Task A_change_whose_request_has_gone_does_not_happen()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => content.Writer.WriteAsync(db => Add(db, "a"), gone.Token));
        Assert.Equal(0, content.Read(db => db.Repositories.Count()));
    }

    [Fact]
    public async Task Changes_that_somebody_waits_for_go_before_those_that_were_put_off()
    {
        var order = new List<string>();
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        int Note(string what)
        {
            order.Add(what);
            return 0;
        }

        var running = content.Writer.WriteAsync(
            _ =>
            {
                begun.Set();
                go.Wait(Token);
                return 0;
            },
            Token);
        begun.Wait(Token);
        var beside = content.Writer.WriteBesideAsync(_ => Note("beside"), Token);
        var others = Enumerable.Range(0, 100).Select(i => content.Writer.WriteAsync(_ => Note("awaited"), Token)).ToList();
        Assert.True(content.Writer.HasWaiting);
        go.Set();
        await Task.WhenAll([running, beside, .. others]);
        Assert.Equal(101, order.Count);
        // The queue takes 64 at once; by the time of the second batch the one that was put off may have waited long enough.
        Assert.All(order.Take(64), what => Assert.Equal("awaited", what));
        Assert.False(content.Writer.HasWaiting);
    }

    [Fact]
    public async Task A_snapshot_sees_one_moment_and_keeps_no_change_waiting()
    {
        await content.Writer.WriteAsync(db => Add(db, "before"), Token);
        await using var reader = await content.Contexts.CreateDbContextAsync(Token);
        using (Snapshot.Begin(reader))
        {
            Assert.Equal(1, reader.Repositories.Count());
            await content.Writer.WriteAsync(db => Add(db, "after"), Token).WaitAsync(TimeSpan.FromSeconds(10), Token);
            Assert.Equal(1, reader.Repositories.Count());
        }

        Assert.Equal(2, reader.Repositories.Count());
    }

    [Fact]
    public async Task What_was_put_off_gets_its_turn_although_others_never_stop_coming()
    {
        using var stop = new CancellationTokenSource();
        var others = Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                await content.Writer.WriteAsync(db => db.Repositories.Count(), Token);
            }
        }).ToList();
        for (var i = 0; i < 5; i++)
        {
            await content.Writer.WriteBesideAsync(db => Add(db, $"r{i}"), Token);
        }

        await stop.CancelAsync();
        await Task.WhenAll(others);
        Assert.Equal(5, content.Read(db => db.Repositories.Count()));
    }

    [Fact]
    public async Task What_is_queued_when_it_stops_is_still_committed_and_later_changes_are_refused()
    {
        var queued = Enumerable.Range(0, 50).Select(i => content.Writer.WriteAsync(db => Add(db, $"r{i}"), Token)).ToList();
        content.Writer.Dispose();
        await Task.WhenAll(queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => content.Writer.WriteAsync(db => Add(db, "late"), Token));
    }

    [Fact]
    public async Task A_change_that_ends_the_whole_transaction_fails_with_its_own_reason_and_the_others_with_it()
    {
        var both = new[]
        {
            content.Writer.WriteAsync(db => Add(db, "good"), Token),
            content.Writer.WriteAsync<long>(
                db =>
                {
                    db.Database.ExecuteSqlRaw("ROLLBACK");
                    throw new InvalidOperationException("the reason");
                },
                Token),
        };
        Assert.Equal("the reason", (await Assert.ThrowsAsync<InvalidOperationException>(() => both[1])).Message);
        await both[0].ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Equal(both[0].IsCompletedSuccessfully ? 1 : 0, content.Read(db => db.Repositories.Count()));
    }

    [Fact]
    public async Task A_change_can_tell_whether_others_wait_for_it()
    {
        Assert.False(await content.Writer.WriteAsync(_ => content.Writer.HasWaiting, Token));
        using var running = new ManualResetEventSlim();
        using var queued = new ManualResetEventSlim();
        var first = content.Writer.WriteAsync(
            _ =>
            {
                running.Set();
                queued.Wait(Token);
                return content.Writer.HasWaiting;
            },
            Token);
        running.Wait(Token);
        var second = content.Writer.WriteAsync(_ => content.Writer.HasWaiting, Token);
        queued.Set();
        Assert.True(await first);
        Assert.False(await second);
    }

    [Fact]
    public async Task After_a_change_that_broke_the_connection_the_next_one_has_a_new_one_with_the_same_settings()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => content.Writer.WriteAsync<long>(
            db =>
            {
                db.Database.GetDbConnection().Close();
                throw new InvalidOperationException("closed");
            },
            Token));
        await content.Writer.WriteAsync(db => Add(db, "there"), Token);
        Assert.Equal("there", content.Read(db => db.Repositories.Single().Name));
        const int Full = 2;
        Assert.Equal((1, Full), await content.Writer.WriteAsync(db => (Setting(db, "foreign_keys"), Setting(db, "synchronous")), Token));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private static int Setting(IndexContext db, string name)
    {
        using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {name}";
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static long Add(IndexContext db, string name)
    {
        var row = new RepositoryRow { Name = name, CreatedAt = default };
        db.Repositories.Add(row);
        db.SaveChanges();
        return row.Id;
    }
}
