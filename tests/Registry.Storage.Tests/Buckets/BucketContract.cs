using System.Text;
using Registry.Storage.Buckets;

namespace Registry.Storage.Tests.Buckets;

/// <summary>What every bucket must do. One subclass for each implementation.</summary>
public abstract class BucketContract
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract IBucket Bucket { get; }

    [Fact]
    public async Task What_was_put_is_read_back_and_can_be_put_again()
    {
        await Bucket.PutAsync("a/b", Bytes("one"), Token);
        Assert.Equal("one", await ReadAsync("a/b"));
        await Bucket.PutAsync("a/b", Bytes("another"), Token);
        Assert.Equal("another", await ReadAsync("a/b"));
    }

    [Fact]
    public async Task Only_the_first_of_several_that_add_a_name_succeeds()
    {
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Bucket.TryAddAsync("journal/1", Bytes($"by {i}"), Token)));
        var winner = Assert.Single(Enumerable.Range(0, 8), i => added[i]);
        Assert.Equal($"by {winner}", await ReadAsync("journal/1"));
        Assert.False(await Bucket.TryAddAsync("journal/1", Bytes("late"), Token));
        Assert.Equal($"by {winner}", await ReadAsync("journal/1"));
    }

    [Fact]
    public async Task A_name_that_was_deleted_can_be_added_again()
    {
        await Bucket.PutAsync("x", Bytes("one"), Token);
        await Bucket.DeleteAsync(["x"], Token);
        Assert.True(await Bucket.TryAddAsync("x", Bytes("two"), Token));
    }

    [Fact]
    public async Task What_is_not_there_is_null() => Assert.Null(await Bucket.OpenReadAsync("nothing", Token));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 * 1024)]
    [InlineData(5 * 1024 * 1024 + 256 * 1024)]
    [InlineData(20 * 1024 * 1024 + 1)]
    public async Task Any_number_of_bytes_is_uploaded_from_a_stream_of_unknown_length(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        await using var source = new UnseekableStream(bytes);
        await Bucket.UploadAsync("snapshots/1", source, Token);
        await using var read = await Bucket.OpenReadAsync("snapshots/1", Token);
        using var copy = new MemoryStream();
        await read!.CopyToAsync(copy, Token);
        Assert.True(bytes.AsSpan().SequenceEqual(copy.ToArray()));
    }

    [Fact]
    public async Task An_upload_whose_source_breaks_off_leaves_nothing()
    {
        await using var source = new UnseekableStream(new byte[12 * 1024 * 1024], breaksOff: true);
        await Assert.ThrowsAsync<IOException>(() => Bucket.UploadAsync("snapshots/2", source, Token));
        Assert.Null(await Bucket.OpenReadAsync("snapshots/2", Token));
        Assert.Empty(await Bucket.ListAsync("", null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_list_has_the_names_below_a_prefix_in_their_order_after_one_of_them()
    {
        foreach (var name in new[] { "b/2", "b/10", "b/Z", "b/a", "ba", "a/1", "c" })
        {
            await Bucket.PutAsync(name, Bytes(name), Token);
        }

        Assert.Equal(["b/10", "b/2", "b/Z", "b/a"], await NamesAsync("b/", null));
        Assert.Equal(["b/Z", "b/a"], await NamesAsync("b/", "b/2"));
        Assert.Equal(["b/2", "b/Z", "b/a"], await NamesAsync("b/", "b/1z"));
        Assert.Empty(await NamesAsync("d", null));
        Assert.Equal(7, (await NamesAsync("", null)).Count);
        Assert.Equal([new BucketObject("b/10", 4)], await Bucket.ListAsync("b/10", null, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Lists_and_deletes_go_beyond_a_page()
    {
        var names = Enumerable.Range(0, 2_100).Select(i => $"many/{i:d5}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (name, token) => await Bucket.PutAsync(name, Bytes("x"), token));
        Assert.Equal(names, await NamesAsync("many/", null));
        Assert.Equal(names.Skip(1_501), await NamesAsync("many/", names[1_500]));
        Assert.Equal(names.Append("absent").Order(), (await Bucket.DeleteAsync([.. names, "absent"], Token)).Order());
        Assert.Empty(await NamesAsync("many/", null));
    }

    [Fact]
    public async Task Nothing_is_deleted_by_an_empty_list() => Assert.Empty(await Bucket.DeleteAsync([], Token));

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private async Task<string> ReadAsync(string name)
    {
        await using var stream = await Bucket.OpenReadAsync(name, Token);
        using var reader = new StreamReader(stream!);
        return await reader.ReadToEndAsync(Token);
    }

    private async Task<IReadOnlyList<string>> NamesAsync(string prefix, string? after) => await Bucket.ListAsync(prefix, after, Token).Select(o => o.Name).ToListAsync(Token);
}
