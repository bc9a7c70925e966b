using Registry.Storage.Content;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class CondemnedObjectsTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task Only_what_is_due_is_deleted()
    {
        var (due, later) = (await StoreAsync(), await StoreAsync());
        await CondemnAsync(due, content.Time.GetUtcNow());
        await CondemnAsync(later, content.Time.GetUtcNow() + TimeSpan.FromHours(1));
        Assert.Equal(1, (await content.Condemned.DeleteDueAsync(Token)).Gone);
        Assert.Equal(later, Assert.Single(await content.StoredAsync()).Key);
        Assert.Equal(later.ToString(), content.Read(db => db.Condemned.Single().StorageKey));
    }

    [Fact]
    public async Task What_a_crash_left_half_deleted_is_deleted_again()
    {
        var key = await StoreAsync();
        await CondemnAsync(key, content.Time.GetUtcNow());
        await content.Store.DeleteAsync([key], Token);
        Assert.Equal(1, (await content.Condemned.DeleteDueAsync(Token)).Gone);
        Assert.Equal(0, content.Read(db => db.Condemned.Count()));
    }

    [Fact]
    public async Task What_cannot_be_deleted_stays_condemned_and_is_tried_again()
    {
        var key = await StoreAsync();
        await CondemnAsync(key, content.Time.GetUtcNow());
        var stubborn = new CondemnedObjects(content.Contexts, content.Writer, new UndeletableStore(content.Store), content.Time);
        Assert.Equal(new DeletedObjects(0, 0, 1), await stubborn.DeleteDueAsync(Token));
        Assert.Equal(1, content.Read(db => db.Condemned.Single().Failures));
        Assert.Equal(new DeletedObjects(0, 0, 1), await stubborn.DeleteDueAsync(Token));
        Assert.Equal([("failed", 0L)], Receipts());
        Assert.Equal(1, (await content.Condemned.DeleteDueAsync(Token)).Gone);
        Assert.Equal([("failed", 0L), ("deleted", 1L)], Receipts());
    }

    [Fact]
    public async Task More_than_one_batch_goes_in_one_run()
    {
        for (var i = 0; i < 2_500; i++)
        {
            await CondemnAsync(StorageKey.New(content.Time.GetUtcNow()), content.Time.GetUtcNow());
        }

        Assert.Equal(new DeletedObjects(2_500, 2_500, 0), await content.Condemned.DeleteDueAsync(Token));
        Assert.Equal((2_500, 2_500L), content.Read(db => (db.Receipts.Count(), db.Receipts.Sum(r => r.FreedBytes))));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private List<(string? Result, long FreedBytes)> Receipts() => content.Read(db => db.Receipts.OrderBy(r => r.Id).Select(r => new { r.Result, r.FreedBytes }).ToList().ConvertAll(r => (r.Result, r.FreedBytes)));

    private Task<int> CondemnAsync(StorageKey key, DateTimeOffset after) =>
        content.Writer.WriteAsync(
            db =>
            {
                Condemning.Add(db, key.ToString(), 1, digest: null, "test", after);
                return 0;
            },
            Token);

    private async Task<StorageKey> StoreAsync()
    {
        var key = StorageKey.New(content.Time.GetUtcNow());
        await using var writer = await content.Store.OpenWriteAsync(key, 0, Token);
        await writer!.WriteAsync(new byte[1], Token);
        return key;
    }
}
