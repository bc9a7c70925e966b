using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
using Registry.Storage.Model;
using Registry.Storage.Tests.Buckets;
using Registry.Testing;

namespace Registry.Storage.Tests.Blobs;

public sealed class S3BlobStoreTests : BlobStoreContract, IAsyncLifetime
{
    private readonly RequestCounter requests = new();
    private readonly List<S3Client> clients = [];
    private S3Options options = new();
    private UploadMemory? memory;
    private IBlobStore? store;

    internal override IBlobStore Store => store!;

    public async ValueTask InitializeAsync()
    {
        options = await S3Server.NewPrefixAsync() with { ListsPerSecond = 1000 };
        memory = new UploadMemory(options);
        store = NewStore();
    }

    internal override IBlobStore NewStore()
    {
        var client = new S3Client(options, requests.Wrap);
        clients.Add(client);
        return new S3BlobStore(client, memory!);
    }

    [Fact]
    public async Task A_small_object_is_one_request_and_so_is_reading_it()
    {
        var key = await WriteAsync(1000, o => o.CompleteAsync(Token));
        Assert.Equal(["PUT"], requests.Take());
        await using (var reader = await Store.OpenReadAsync(key, new BlobRange(10, 100), Token))
        {
            await reader!.CopyToAsync(System.IO.Pipelines.PipeWriter.Create(Stream.Null), Token);
        }

        Assert.Equal(["GET"], requests.Take());
    }

    [Fact]
    public async Task A_small_object_that_comes_in_one_request_and_is_sealed_in_another_is_one_write()
    {
        var key = await WriteAsync(1000, o => o.SaveAsync(Token));
        await using (var writer = await Store.OpenWriteAsync(key, 1000, Token))
        {
            await writer!.CompleteAsync(Token);
        }

        Assert.Equal(["PUT"], requests.Take());
    }

    [Fact]
    public async Task What_this_process_has_written_whole_is_deleted_without_a_list()
    {
        var keys = new[] { await WriteAsync(1000, o => o.CompleteAsync(Token)), await WriteAsync(12_000_000, o => o.CompleteAsync(Token)) };
        requests.Take();
        Assert.Equal(keys.ToHashSet(), [.. await Store.DeleteAsync(keys, Token)]);
        Assert.Equal(["POST"], requests.Take());
    }

    [Fact]
    public async Task Parts_are_sent_beside_each_other_within_the_memory_of_an_upload()
    {
        requests.HoldParts();
        var key = StorageKey.New(TimeProvider.System.GetUtcNow());
        await using var writer = await Store.OpenWriteAsync(key, 0, Token);
        var writing = Task.Run(async () => await writer!.WriteAsync(Bytes(40_000_000), Token), Token);
        await Wait.UntilAsync(() => requests.Held == 3 || writing.IsCompleted, "three parts are on their way, and there is no memory for a fourth");
        Assert.False(writing.IsCompleted, $"{requests.Held} parts, {writing.Exception}");
        Assert.InRange(memory!.Taken, 1, options.UploadMemory);
        requests.ReleaseParts();
        await writing;
        await writer!.CompleteAsync(Token);
        await writer.DisposeAsync();
        Assert.Equal(0, memory.Taken);
        Assert.Empty(await S3Server.ListUploadsAsync(options));
    }

    [Fact]
    public async Task More_uploads_than_there_is_memory_for_wait_for_each_other()
    {
        options = options with { TotalUploadMemory = 2 * options.UploadMemory };
        memory = new UploadMemory(options);
        var small = NewStore();
        var bytes = Bytes(11_000_000);
        var most = 0L;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            await using var writer = await small.OpenWriteAsync(StorageKey.New(TimeProvider.System.GetUtcNow()), 0, Token);
            foreach (var chunk in bytes.Chunk(300_000))
            {
                await writer!.WriteAsync(chunk, Token);
                most = Math.Max(most, memory.Taken);
            }

            await writer!.CompleteAsync(Token);
        }, Token)));
        Assert.InRange(most, 1, options.TotalUploadMemory);
        Assert.Equal(0, memory.Taken);
        Assert.Empty(await S3Server.ListUploadsAsync(options));
    }

    [Fact]
    public async Task A_writer_that_breaks_off_gives_its_memory_back_and_leaves_no_parts()
    {
        await using (var writer = await Store.OpenWriteAsync(StorageKey.New(TimeProvider.System.GetUtcNow()), 0, Token))
        {
            await writer!.WriteAsync(Bytes(14_000_000), Token);
        }

        Assert.Equal(0, memory!.Taken);
        Assert.Empty(await S3Server.ListUploadsAsync(options));
        Assert.Empty(await S3Server.ListAsync(options));
    }

    [Fact]
    public async Task What_is_staged_beside_a_whole_object_is_listed_and_dropped()
    {
        var key = await WriteAsync(7_000_000, o => o.SaveAsync(Token));
        using (var sdk = S3Server.NewClient(options))
        {
            await sdk.PutObjectAsync(new() { BucketName = options.Bucket, Key = options.Prefix + key, ContentBody = "whole" }, Token);
        }

        Assert.Equal([StoredAs.Staged, StoredAs.Whole], (await Store.ListAsync(key.Part, Token).ToListAsync(Token)).Select(o => o.As));
        await NewStore().DropStagedAsync([key], Token);
        Assert.Equal([new StoredObject(key, 5)], await Store.ListAsync(key.Part, Token).ToListAsync(Token));
        Assert.Empty(await S3Server.ListUploadsAsync(options));
    }

    [Fact]
    public async Task An_object_with_another_name_is_listed_without_a_key()
    {
        using var sdk = S3Server.NewClient(options);
        await sdk.PutObjectAsync(new() { BucketName = options.Bucket, Key = options.Prefix + "blobs/00/notes.txt", ContentBody = "x" }, Token);
        Assert.Equal([new StoredObject(default, 1)], await Store.ListAsync(new StoragePart(0), Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_reported()
    {
        using var client = new S3Client(options with { Bucket = "not-there" });
        var failure = await Assert.ThrowsAsync<S3Failure>(async () => await new S3BlobStore(client, memory!).CheckAsync(Token));
        Assert.Contains("not-there", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_whose_upload_may_still_be_completed_late_is_not_written_again()
    {
        var key = StorageKey.New(TimeProvider.System.GetUtcNow());
        using var client = new S3Client(options, inner => new EndRefusing(inner));
        var refusing = new S3BlobStore(client, memory!);
        await using (var writer = await refusing.OpenWriteAsync(key, 0, Token))
        {
            await writer!.WriteAsync(Bytes(7_000_000), Token);
            await Assert.ThrowsAsync<S3Failure>(async () => await writer.CompleteAsync(Token));
        }

        Assert.Null(await refusing.OpenWriteAsync(key, 0, Token));
        Assert.Equal(0, memory!.Taken);
        await NewStore().DropStagedAsync([key], Token);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 15)]
    [InlineData(3, 30)]
    public async Task What_was_acknowledged_is_whole_whatever_requests_fail_and_whichever_answers_are_lost(int seed, int percent)
    {
        var server = new UnreliableServer(seed, percent);
        using var client = new S3Client(options, server.Wrap);
        var unreliable = new S3BlobStore(client, memory!);
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (number, _) =>
        {
            var random = new Random(seed * 1000 + number);
            var bytes = Bytes(random.Next(3) == 0 ? random.Next(14_000_000) : random.Next(20_000));
            var key = await PushAsync(unreliable, bytes, random);
            Assert.True((await ReadAsync(key, 0, bytes.Length)).AsSpan().SequenceEqual(bytes));
        });
        Assert.True(server.Failures > 10);
        Assert.Equal(0, memory!.Taken);
    }

    public async ValueTask DisposeAsync()
    {
        clients.ForEach(client => client.Dispose());
        if (options.Bucket.Length > 0)
        {
            await S3Server.CleanAsync(options);
        }
    }

    /// <summary>As a client that does not give up: in several requests, each made again where the last that was acknowledged ended, and from the start if need be.</summary>
    private async Task<StorageKey> PushAsync(IBlobStore unreliable, byte[] bytes, Random random)
    {
        var (key, offset) = (StorageKey.New(TimeProvider.System.GetUtcNow()), 0);
        while (true)
        {
            // Sometimes another process goes on.
            var current = random.Next(4) == 0 ? Store : unreliable;
            var count = random.Next(3) == 0 ? bytes.Length - offset : random.Next(bytes.Length - offset + 1);
            try
            {
                await using var writer = await current.OpenWriteAsync(key, offset, Token);
                if (writer is null)
                {
                    (key, offset) = (StorageKey.New(TimeProvider.System.GetUtcNow()), 0);
                    continue;
                }

                await writer.WriteAsync(bytes.AsMemory(offset, count), Token);
                if (offset + count == bytes.Length)
                {
                    await writer.CompleteAsync(Token);
                    return key;
                }

                await writer.SaveAsync(Token);
                // The index has not seen every one of them.
                offset += random.Next(5) == 0 ? 0 : count;
            }
            catch (IOException)
            {
                // 503, and the client comes again.
            }
        }
    }

    private async Task<StorageKey> WriteAsync(int count, Func<IBlobWriter, ValueTask> end)
    {
        var key = StorageKey.New(TimeProvider.System.GetUtcNow());
        await using var writer = await Store.OpenWriteAsync(key, 0, Token);
        await writer!.WriteAsync(Bytes(count), Token);
        await end(writer);
        return key;
    }

    /// <summary>A server that neither completes nor aborts an upload, or does not say so.</summary>
    private sealed class EndRefusing(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            request.RequestUri!.Query.Contains("uploadId=", StringComparison.Ordinal) && request.Method != HttpMethod.Put
                ? throw new HttpRequestException("The connection broke.", new IOException("The answer was lost."))
                : base.SendAsync(request, cancellationToken);
    }
}
