using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Time.Testing;
using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Blobs;

/// <summary>What every blob store must do. One subclass for each implementation.</summary>
public abstract class BlobStoreContract
{
    private readonly FakeTimeProvider time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal abstract IBlobStore Store { get; }

    [Fact]
    public async Task What_was_written_and_synced_is_read_back()
    {
        var key = StorageKey.New(time.GetUtcNow());
        var bytes = Bytes(3_000_000);
        await WriteAsync(key, 0, bytes, sync: true);
        Assert.Equal(bytes, await ReadAsync(key, 0, bytes.Length));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(99_999, 1)]
    [InlineData(500, 70_000)]
    public async Task Any_range_is_read(int offset, int count)
    {
        var key = StorageKey.New(time.GetUtcNow());
        var bytes = Bytes(100_000);
        await WriteAsync(key, 0, bytes, sync: true);
        Assert.Equal(bytes.AsSpan(offset, count).ToArray(), await ReadAsync(key, offset, count));
    }

    [Fact]
    public async Task A_range_beyond_the_end_throws()
    {
        var key = StorageKey.New(time.GetUtcNow());
        await WriteAsync(key, 0, Bytes(10), sync: true);
        await Assert.ThrowsAsync<EndOfStreamException>(() => ReadAsync(key, 5, 6));
    }

    [Fact]
    public async Task Writing_goes_on_where_an_earlier_writer_ended()
    {
        var key = StorageKey.New(time.GetUtcNow());
        var bytes = Bytes(10_000);
        await WriteAsync(key, 0, bytes[..4_000], sync: false);
        await WriteAsync(key, 4_000, bytes[4_000..], sync: true);
        Assert.Equal(bytes, await ReadAsync(key, 0, bytes.Length));
    }

    [Fact]
    public async Task What_stands_behind_the_offset_is_dropped()
    {
        var key = StorageKey.New(time.GetUtcNow());
        await WriteAsync(key, 0, Bytes(10_000), sync: false);
        var end = Bytes(10);
        await WriteAsync(key, 4_000, end, sync: true);
        Assert.Equal(end, await ReadAsync(key, 4_000, 10));
        await using var reader = await Store.OpenReadAsync(key, Token);
        Assert.Equal(4_010, reader!.Length);
    }

    [Fact]
    public async Task An_object_shorter_than_the_offset_cannot_be_continued()
    {
        var key = StorageKey.New(time.GetUtcNow());
        Assert.Null(await Store.OpenWriteAsync(key, 1, Token));
        Assert.Null(await Store.OpenReadAsync(key, Token));
        await WriteAsync(key, 0, Bytes(10), sync: false);
        Assert.Null(await Store.OpenWriteAsync(key, 11, Token));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        var key = StorageKey.New(time.GetUtcNow());
        await WriteAsync(key, 0, [], sync: true);
        await using var reader = await Store.OpenReadAsync(key, Token);
        Assert.Equal(0, reader!.Length);
    }

    [Fact]
    public async Task Deleting_says_what_is_gone_also_of_what_was_not_there()
    {
        var (here, absent) = (StorageKey.New(time.GetUtcNow()), StorageKey.New(time.GetUtcNow()));
        await WriteAsync(here, 0, Bytes(10), sync: true);
        Assert.Equivalent(new[] { here, absent }, await Store.DeleteAsync([here, absent], Token));
        Assert.Null(await Store.OpenReadAsync(here, Token));
    }

    [Fact]
    public async Task A_reader_that_is_open_outlives_the_delete()
    {
        var key = StorageKey.New(time.GetUtcNow());
        var bytes = Bytes(1_000_000);
        await WriteAsync(key, 0, bytes, sync: true);
        await using var reader = await Store.OpenReadAsync(key, Token);
        await Store.DeleteAsync([key], Token);
        Assert.Equal(bytes, await ReadAsync(reader!, 0, bytes.Length));
    }

    [Fact]
    public async Task The_lists_of_all_parts_have_every_object_with_its_size_in_the_part_of_its_key()
    {
        var sizes = new Dictionary<StorageKey, long>();
        for (var size = 0; size < 50; size++)
        {
            var key = StorageKey.New(time.GetUtcNow());
            await WriteAsync(key, 0, Bytes(size), sync: true);
            sizes.Add(key, size);
        }

        var listed = new Dictionary<StorageKey, long>();
        foreach (var part in StoragePart.All)
        {
            await foreach (var stored in Store.ListAsync(part, Token))
            {
                Assert.StartsWith(part.KeyPrefix, stored.Key.ToString(), StringComparison.Ordinal);
                listed.Add(stored.Key, stored.Size);
            }
        }

        Assert.Equal(sizes.OrderBy(s => s.Value), listed.OrderBy(s => s.Value));
    }

    [Fact]
    public async Task A_store_that_works_says_so() => Assert.Null(await Store.CheckAsync(Token));

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private async Task WriteAsync(StorageKey key, long offset, byte[] bytes, bool sync)
    {
        await using var writer = await Store.OpenWriteAsync(key, offset, Token);
        Assert.NotNull(writer);
        foreach (var chunk in bytes.Chunk(100_000))
        {
            await writer.WriteAsync(chunk, Token);
        }

        if (sync)
        {
            await writer.SyncAsync(Token);
        }
    }

    private async Task<byte[]> ReadAsync(StorageKey key, long offset, long count)
    {
        await using var reader = await Store.OpenReadAsync(key, Token);
        Assert.NotNull(reader);
        return await ReadAsync(reader, offset, count);
    }

    private static async Task<byte[]> ReadAsync(IBlobReader reader, long offset, long count)
    {
        using var destination = new MemoryStream();
        var writer = PipeWriter.Create(destination, new StreamPipeWriterOptions(MemoryPool<byte>.Shared, leaveOpen: true));
        await reader.CopyToAsync(writer, offset, count, Token);
        await writer.CompleteAsync();
        return destination.ToArray();
    }
}
