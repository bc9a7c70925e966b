using Microsoft.EntityFrameworkCore;
using Registry.Gc.Moving;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using Registry.Testing;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Moving;

/// <summary>Stored objects are moved to another store while they are read and written.</summary>
public sealed class MoveTests : IAsyncDisposable
{
    private readonly TwoStores stores = new();

    private TestContent Content => stores.Content;

    [Fact]
    public async Task Everything_is_moved_and_then_the_old_store_is_none_any_more()
    {
        var blobs = await PushAsync(20);
        await stores.BeginAsync();
        Assert.Null(Content.Stores.FindMistake(StorageProvider.S3, StorageProvider.FileSystem));
        Assert.Contains("Set Registry:Storage:MigrateFrom to FileSystem", Content.Stores.FindMistake(StorageProvider.S3, null), StringComparison.Ordinal);
        var move = await RunAsync();
        Assert.Equal((20, 20, 0, 0, null), (move.MovedObjects, move.Objects, move.Skipped, move.Left, move.Error));
        Assert.Equal((move.Bytes, 0), (move.MovedBytes, (await TwoStores.ListAsync(stores.Source)).Count));
        Assert.Null(Content.Stores.FindMistake(StorageProvider.S3, null));
        await Content.RestartAsync(() => stores.Target);
        await AssertPullableAsync(blobs);
        Assert.Equal(0, Content.Read(db => db.Condemned.Count()));
    }

    [Fact]
    public async Task What_is_read_while_it_is_moved_is_read_to_its_end_and_the_old_object_goes_after_the_drain()
    {
        var blob = await Content.PushBlobAsync("r", "bytes");
        await stores.BeginAsync();
        var found = (await Content.Blobs.FindAsync(Name("r"), blob, Token)).Value;
        await MoveOnceAsync();
        await using var late = (await Content.Blobs.OpenAsync(found, new BlobRange(0, found.Size), Token)).Value;
        Assert.Equal(5, late.Length);
        Assert.Equal("moved to S3", Content.Read(db => db.Condemned.Single().Reason));
        Assert.Equal("bytes", await Content.PullBlobAsync("r", blob));
        Assert.Equal((1, 1), ((await TwoStores.ListAsync(stores.Source)).Count, (await TwoStores.ListAsync(stores.Target)).Count));
        Content.Time.Advance(Content.Windows.Drain);
        await Content.Condemned.DeleteDueAsync(Token);
        Assert.Empty(await TwoStores.ListAsync(stores.Source));
        Assert.Equal("bytes", await Content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task New_uploads_go_to_the_new_store_and_one_that_had_begun_goes_on_where_it_is()
    {
        var session = (await Content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        await Content.Sessions.AppendAsync(Name("r"), session.Id, null, Body("be"), Token);
        await stores.BeginAsync();
        await Content.PushBlobAsync("r", "new");
        Assert.Equal((1, 1), ((await TwoStores.ListAsync(stores.Source)).Count, (await TwoStores.ListAsync(stores.Target)).Count));
        Assert.Null(await Content.Sessions.SealAsync(Name("r"), session.Id, null, DigestOf("begun"), Body("gun"), Token));
        Assert.Equal(2, (await TwoStores.ListAsync(stores.Source)).Single().Size - 3);
        Assert.Equal(1, (await RunAsync()).MovedObjects);
        Assert.Equal("begun", await Content.PullBlobAsync("r", DigestOf("begun")));
    }

    [Fact]
    public async Task An_upload_without_an_acknowledged_byte_goes_on_in_the_store_that_has_its_first_ones()
    {
        var session = (await Content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        var key = Content.Read(db => db.UploadSessions.Single().StorageKey);
        await File.WriteAllTextAsync(Path.Combine(Content.Folder, key), "not acknowledged", Token);
        await stores.BeginAsync();
        Assert.Null(await Content.Sessions.SealAsync(Name("r"), session.Id, null, DigestOf("x"), Body("x"), Token));
        Assert.Equal("x", await Content.PullBlobAsync("r", DigestOf("x")));
        Assert.Empty(await TwoStores.ListAsync(stores.Target));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("WRONG BYTES")]
    public async Task A_blob_whose_bytes_are_not_right_is_skipped_gets_a_finding_and_keeps_the_old_store(string bytes)
    {
        var blob = await Content.PushBlobAsync("r", "wrong bytes");
        await File.WriteAllTextAsync(Path.Combine(Content.Folder, Content.Read(db => db.Blobs.Single().StorageKey)), bytes, Token);
        await stores.BeginAsync();
        var move = await RunAsync();
        Assert.Equal((0, 1, 1, null), (move.MovedObjects, move.Skipped, move.Left, move.Error));
        Assert.NotNull(Content.Read(db => db.Blobs.Single().Finding));
        Assert.NotNull(Content.Stores.FindMistake(StorageProvider.S3, null));
        Assert.Empty(await TwoStores.ListAsync(stores.Target));

        await Content.PushBlobAsync("r", "wrong bytes");
        Assert.Equal("wrong bytes", await Content.PullBlobAsync("r", blob));
        Assert.Equal(0, (await RunAsync()).Left);
        Assert.Null(Content.Stores.FindMistake(StorageProvider.S3, null));
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_holds_the_move_up()
    {
        await PushAsync(3);
        await stores.BeginAsync();
        var failures = 0;
        stores.Before = (operation, _, _) => operation == WatchedStore.Complete && failures++ < 5 ? throw new IOException("The bucket does not answer.") : Task.CompletedTask;
        var move = await RunAsync();
        Assert.Equal((3, null), (move.MovedObjects, move.Error));
    }

    [Fact]
    public async Task A_store_that_fails_for_good_ends_the_move_and_nothing_has_changed()
    {
        var blobs = await PushAsync(3);
        await stores.BeginAsync();
        stores.Before = (operation, _, _) => operation == WatchedStore.OpenWrite ? throw new IOException("The bucket does not answer.") : Task.CompletedTask;
        var move = await RunAsync();
        Assert.Equal((0, "The bucket does not answer."), (move.MovedObjects, move.Error));
        await AssertPullableAsync(blobs);
    }

    [Fact]
    public async Task Without_an_old_store_there_is_nothing_to_move_and_a_move_that_began_ends()
    {
        await PushAsync(1);
        await stores.BeginAsync();
        await Content.MoveRunner.AddAsync("me", Token);
        await Content.RestartAsync(() => stores.Source);
        Assert.Null(Content.MoveRunner.Stores);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Content.MoveRunner.AddAsync("me", Token));
        await Content.MoveRunner.StartAsync(Token);
        await Wait.UntilAsync(() => Content.Moves.List(null, 1)[0].EndedAt is not null, "the move to end");
        await Content.MoveRunner.StopAsync(Token);
        Assert.Contains("other stores", Content.Moves.List(null, 1)[0].Error, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    private async Task<Dictionary<string, Digest>> PushAsync(int count)
    {
        var blobs = new Dictionary<string, Digest>();
        for (var i = 0; i < count; i++)
        {
            blobs[$"blob {i}"] = await Content.PushBlobAsync("r", $"blob {i}");
        }

        return blobs;
    }

    private async Task AssertPullableAsync(Dictionary<string, Digest> blobs)
    {
        foreach (var (text, digest) in blobs)
        {
            Assert.Equal(text, await Content.PullBlobAsync("r", digest));
        }
    }

    /// <summary>As far as it goes without waiting for the drain.</summary>
    private async Task MoveOnceAsync()
    {
        await Content.MoveRunner.AddAsync("me", Token);
        await Content.MoveRunner.StartAsync(Token);
        await Wait.UntilAsync(() => Content.Moves.List(null, 1)[0] is { Step: "waiting" } or { EndedAt: not null }, "all to be moved");
        await Content.MoveRunner.StopAsync(Token);
    }

    private Task<MoveRow> RunAsync() => RunAsync(Content);

    /// <summary>To its end: the clock goes on, and what is due is deleted.</summary>
    private static async Task<MoveRow> RunAsync(TestContent content)
    {
        var id = await content.MoveRunner.AddAsync("me", Token);
        await content.MoveRunner.StartAsync(Token);
        await Wait.UntilAsync(
            async () =>
            {
                content.Time.Advance(TimeSpan.FromMinutes(1));
                await content.Condemned.DeleteDueAsync(Token);
                return content.Moves.Find(id)!.EndedAt is not null;
            },
            "the move to end");
        await content.MoveRunner.StopAsync(Token);
        return content.Moves.Find(id)!;
    }
}
