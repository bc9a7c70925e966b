using Registry.Storage.Buckets;
using Registry.Testing;

namespace Registry.Storage.Tests.Buckets;

public sealed class S3BucketTests : BucketContract, IAsyncLifetime
{
    private S3Options options = new();
    private S3Client? client;
    private IBucket? bucket;

    private protected override IBucket Bucket => bucket!;

    public async ValueTask InitializeAsync()
    {
        options = await S3Server.NewPrefixAsync();
        client = new S3Client(options);
        bucket = new S3Bucket(client, new UploadMemory(options));
    }

    [Fact]
    public async Task Names_are_below_the_prefix()
    {
        await Bucket.PutAsync("a", new byte[1], Token);
        using var whole = new S3Client(options with { Prefix = "" });
        Assert.Equal([options.Prefix + "a"], await new S3Bucket(whole, new UploadMemory(options)).ListAsync(options.Prefix, null, Token).Select(o => o.Name).ToListAsync(Token));
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_no_parts()
    {
        await using var source = new UnseekableStream(new byte[12 * 1024 * 1024], breaksOff: true);
        await Assert.ThrowsAsync<IOException>(() => Bucket.UploadAsync("big", source, Token));
        Assert.Empty(await S3Server.ListUploadsAsync(options));
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (options.Bucket.Length > 0)
        {
            await S3Server.CleanAsync(options);
        }
    }
}
