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

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    internal abstract IBlobStore Store { get; }

    /// <summary>Another store over the same bytes, as in another process.</summary>
    internal abstract IBlobStore NewStore();

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
        await using var reader = await Store.OpenReadAsync(key, BlobRange.Nothing, Token);
        Assert.Equal(4_010, reader!.Length);
    }

    [Fact]
    public async Task An_object_shorter_than_the_offset_cannot_be_continued()
    {
        var key = StorageKey.New(time.GetUtcNow());
        Assert.Null(await Store.OpenWriteAsync(key, 1, Token));
        Assert.Null(await Store.OpenReadAsync(key, BlobRange.Nothing, Token));
        await WriteAsync(key, 0, Bytes(10), sync: false);
        Assert.Null(await Store.OpenWriteAsync(key, 11, Token));
    }

    [Fact]
    public async Task An_empty_object_is_an_object()
    {
        var key = StorageKey.New(time.GetUtcNow());
        await WriteAsync(key, 0, [], sync: true);
        await using var reader = await Store.OpenReadAsync(key, BlobRange.Nothing, Token);
        Assert.Equal(0, reader!.Length);
    }

    [Fact]
    public async Task Deleting_says_what_is_gone_also_of_what_was_not_there()
    {
        var (here, absent) = (StorageKey.New(time.GetUtcNow()), StorageKey.New(time.GetUtcNow()));
        await WriteAsync(here, 0, Bytes(10), sync: true);
        Assert.Equivalent(new[] { here, absent }, await Store.DeleteAsync([here, absent], Token));
        Assert.Null(await Store.OpenReadAsync(here, BlobRange.Nothing, Token));
    }

    [Fact]
    public async Task A_reader_that_is_open_outlives_the_delete()
    {
        var key = StorageKey.New(time.GetUtcNow());
        var bytes = Bytes(1_000_000);
        await WriteAsync(key, 0, bytes, sync: true);
        await using var reader = await Store.OpenReadAsync(key, new BlobRange(0, bytes.Length), Token);
        await Store.DeleteAsync([key], Token);
        Assert.Equal(bytes, await ReadAsync(reader!));
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

    [Theory]
    [InlineData(3_000_000, 3_000_000)]
    [InlineData(100, 5_505_024)]
    [InlineData(5_505_024, 0)]
    [InlineData(5_505_024, 1)]
    [InlineData(5_505_025, 5_505_023)]
    [InlineData(4_000_000, 4_000_000, 4_000_000, 4_000_000, 4_000_000)]
    [InlineData(17_000_000, 1, 0, 9_000_000, 70_000)]
    public async Task An_object_written_in_several_requests_of_several_processes_has_all_bytes(params int[] counts)
    {
        var key = StorageKey.New(time.GetUtcNow());
        var (bytes, offset) = (Bytes(counts.Sum()), 0);
        foreach (var (i, count) in counts.Index())
        {
            await WriteAsync(NewStore(), key, offset, bytes[offset..(offset + count)], sync: i == counts.Length - 1);
            offset += count;
        }

        Assert.True((await ReadAsync(key, 0, bytes.Length)).AsSpan().SequenceEqual(bytes));
        Assert.Equal([new StoredObject(key, bytes.Length)], await Store.ListAsync(key.Part, Token).ToListAsync(Token));
    }

    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(0, 12_000_000)]
    [InlineData(3_000, 12_000_000)]
    [InlineData(7_000_000, 12_000_000)]
    [InlineData(7_000_000, 10)]
    [InlineData(12_000_000, 6_000_000)]
    public async Task A_request_that_breaks_off_leaves_what_was_saved_before_it(int saved, int lost)
    {
        var key = StorageKey.New(time.GetUtcNow());
        var bytes = Bytes(saved + lost + 1_000_000);
        await WriteAsync(Store, key, 0, bytes[..saved], sync: false);
        await using (var broken = await Store.OpenWriteAsync(key, saved, Token))
        {
            await broken!.WriteAsync(new byte[lost], Token);
        }

        await WriteAsync(Store, key, saved, bytes[saved..], sync: true);
        Assert.True((await ReadAsync(key, 0, bytes.Length)).AsSpan().SequenceEqual(bytes));
    }

    [Theory]
    [InlineData(1_000, 2_000)]
    [InlineData(1_000, 9_000_000)]
    [InlineData(9_000_000, 9_000_000)]
    public async Task A_request_whose_end_the_index_has_not_seen_can_be_made_again(int before, int count)
    {
        var key = StorageKey.New(time.GetUtcNow());
        var bytes = Bytes(before + count);
        await WriteAsync(Store, key, 0, bytes[..before], sync: false);
        await WriteAsync(Store, key, before, bytes[before..], sync: false);
        await WriteAsync(NewStore(), key, before, bytes[before..], sync: true);
        await WriteAsync(NewStore(), key, before, bytes[before..], sync: true);
        await WriteAsync(NewStore(), key, bytes.Length, [], sync: true);
        Assert.True((await ReadAsync(key, 0, bytes.Length)).AsSpan().SequenceEqual(bytes));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(12_000_000)]
    public async Task An_unfinished_upload_is_listed_and_goes_with_a_delete_of_its_key(int count)
    {
        var key = StorageKey.New(time.GetUtcNow());
        await WriteAsync(Store, key, 0, Bytes(count), sync: false);
        Assert.Equal(key, Assert.Single(await NewStore().ListAsync(key.Part, Token).ToListAsync(Token)).Key);
        Assert.Equal([key], await NewStore().DeleteAsync([key], Token));
        Assert.Empty(await Store.ListAsync(key.Part, Token).ToListAsync(Token));
        Assert.Null(await NewStore().OpenWriteAsync(key, count, Token));
    }

    [Fact]
    public async Task Dropping_what_is_staged_leaves_a_whole_object()
    {
        var key = StorageKey.New(time.GetUtcNow());
        await WriteAsync(key, 0, Bytes(10), sync: true);
        await Store.DropStagedAsync([key], Token);
        Assert.Equal(Bytes(10), await ReadAsync(key, 0, 10));
    }

    [Fact]
    public async Task A_store_that_works_says_so() => Assert.Null(await Store.CheckAsync(Token));

    protected static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private Task WriteAsync(StorageKey key, long offset, byte[] bytes, bool sync) => WriteAsync(Store, key, offset, bytes, sync);

    private static async Task WriteAsync(IBlobStore store, StorageKey key, long offset, byte[] bytes, bool sync)
    {
        await using var writer = await store.OpenWriteAsync(key, offset, Token);
        Assert.NotNull(writer);
        foreach (var chunk in bytes.Chunk(100_000))
        {
            await writer.WriteAsync(chunk, Token);
        }

        if (sync)
        {
            await writer.CompleteAsync(Token);
        }
        else
        {
            await writer.SaveAsync(Token);
        }
    }

    private async Task<byte[]> ReadAsync(StorageKey key, long offset, long count)
    {
        await using var reader = await Store.OpenReadAsync(key, new BlobRange(offset, count), Token);
        Assert.NotNull(reader);
        return await ReadAsync(reader);
    }

    private static async Task<byte[]> ReadAsync(IBlobReader reader)
    {
        using var destination = new MemoryStream();
        var writer = PipeWriter.Create(destination, new StreamPipeWriterOptions(MemoryPool<byte>.Shared, leaveOpen: true));
        await reader.CopyToAsync(writer, Token);
        await writer.CompleteAsync();
        return destination.ToArray();
    }
}
