using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>Bytes are freed long after the run that took their last name: they are that run's all the same.</summary>
public sealed class AttributionTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    private TimeSpan Long => 2 * content.Windows.Promise;

    [Fact]
    public async Task What_a_run_condemned_is_counted_in_it_at_once_and_as_freed_when_the_minute_job_deletes_it()
    {
        var run = await CondemnTwoAsync();
        Assert.Equal((2, 8, 0, 0, 0), Counts(run.Id));
        content.Time.Advance(content.Windows.Drain);
        await content.Condemned.DeleteDueAsync(Token);
        Assert.Equal((2, 8, 2, 8, 0), Counts(run.Id));
        Assert.Equal([run.Id, run.Id], content.Read(db => db.Receipts.Where(r => r.Kind == "object").Select(r => r.RunId).ToList()));
    }

    [Fact]
    public async Task A_later_run_that_deletes_them_takes_nothing_of_it()
    {
        var first = await CondemnTwoAsync();
        content.Time.Advance(content.Windows.Drain);
        var second = await content.SweepAsync();
        Assert.Equal((2, 8, 2, 8, 0), Counts(first.Id));
        Assert.Equal((0, 0, 0, 0, 0), Counts(second.Id));
        Assert.Equal(first.Id, content.Read(db => db.Receipts.First(r => r.Kind == "object").RunId));
    }

    [Fact]
    public async Task What_a_client_deleted_is_no_runs()
    {
        var blob = await content.PushBlobAsync("r", "12345");
        await content.Blobs.DeleteAsync(Name("r"), blob, "me", Token);
        content.Time.Advance(content.Windows.Drain);
        var run = await content.SweepAsync();
        Assert.Equal((0, 0, 0, 0, 0), Counts(run.Id));
        Assert.Equal((null, 5L), content.Read(db => db.Receipts.Where(r => r.Kind == "object").Select(r => new ValueTuple<long?, long>(r.RunId, r.FreedBytes)).Single()));
    }

    [Fact]
    public async Task An_upload_that_expires_in_a_run_is_that_runs()
    {
        var session = (await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        await content.Sessions.AppendAsync(Name("r"), session.Id, null, Body("abc"), Token);
        content.Time.Advance(content.Windows.UploadExpiry + TimeSpan.FromSeconds(1));
        Assert.Equal((1, 3, 1, 3, 0), Counts((await content.SweepAsync()).Id));
    }

    [Fact]
    public async Task A_delete_that_fails_is_never_counted_as_freed_shows_while_it_fails_and_is_tried_again()
    {
        var run = await CondemnTwoAsync();
        content.Time.Advance(content.Windows.Drain);
        var stubborn = new CondemnedObjects(content.Contexts, content.Writer, new UndeletableStore(content.Store), content.Time);
        for (var tries = 0; tries < 3; tries++)
        {
            await stubborn.DeleteDueAsync(Token);
            Assert.Equal((2, 8, 0, 0, 2), Counts(run.Id));
        }

        await content.Condemned.DeleteDueAsync(Token);
        Assert.Equal((2, 8, 2, 8, 0), Counts(run.Id));
    }

    [Fact]
    public async Task Saving_the_progress_of_a_run_takes_nothing_back_that_was_counted_meanwhile()
    {
        var runs = new Runs(content.Contexts, content.Writer, content.Time);
        var run = await runs.AddAsync("me", Token);
        await content.Writer.WriteAsync(
            db =>
            {
                Condemning.Add(db, StorageKey.New(content.Time.GetUtcNow()).ToString(), 7, digest: null, "test", content.Time.GetUtcNow(), run.Id);
                return 0;
            },
            Token);
        await content.Condemned.DeleteDueAsync(Token);
        (run.Step, run.Links) = ("links", 3);
        await runs.SaveAsync(run, Token);
        await runs.EndAsync(run, error: null, Token);
        Assert.Equal((1, 7, 1, 7, 0), Counts(run.Id));
        Assert.Equal(("links", 3L), (content.Run(run.Id).Step, content.Run(run.Id).Links));
        Assert.NotNull(content.Run(run.Id).EndedAt);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private async Task<RunRow> CondemnTwoAsync()
    {
        await content.PushBlobAsync("r", "123");
        await content.PushBlobAsync("r", "12345");
        content.Time.Advance(Long);
        return await content.SweepAsync();
    }

    private (long Condemned, long CondemnedBytes, long Objects, long FreedBytes, long Failed) Counts(long id)
    {
        var run = content.Run(id);
        return (run.CondemnedObjects, run.CondemnedBytes, run.Objects, run.FreedBytes, run.FailedObjects);
    }
}
