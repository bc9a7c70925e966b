using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Registry.Gc.Sweeping;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
using Registry.Storage.Content;
using Registry.Storage.Model;
using Registry.Storage.Tests.Buckets;
using Registry.Testing;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

/// <summary>The storage half with its stored objects in a bucket: how many requests things cost, and what survives the host.</summary>
public sealed class S3ContentTests : IAsyncLifetime
{
    private readonly RequestCounter requests = new();
    private S3Options options = new();
    private TestContent? content;

    private TestContent Content => content!;

    public async ValueTask InitializeAsync()
    {
        options = await S3Server.NewPrefixAsync() with { ListsPerSecond = 1000 };
        content = new TestContent(
            new StorageOptions { Provider = StorageProvider.S3, S3 = options },
            services => services.AddSingleton(_ => new S3Client(options, requests.Wrap)));
    }

    [Fact]
    public async Task A_push_of_a_small_image_is_one_request_a_blob_however_its_bytes_come()
    {
        var whole = await Content.PushBlobAsync("r", "config");
        var appended = await PushInTwoRequestsAsync(Encoding.UTF8.GetBytes("layer"));
        await Content.PutManifestAsync("r", ["latest"], whole, appended);
        Assert.Equal(["PUT", "PUT"], requests.Take());
    }

    [Fact]
    public async Task To_know_a_blob_costs_no_request_and_to_read_it_one()
    {
        var blob = await Content.PushBlobAsync("r", "x");
        requests.Take();
        Assert.Null((await Content.Blobs.FindAsync(Name("r"), blob, Token)).Error);
        Assert.Empty(requests.Take());
        Assert.Equal("x", await Content.PullBlobAsync("r", blob));
        Assert.Equal(["GET"], requests.Take());
    }

    [Fact]
    public async Task Bytes_that_are_known_are_written_looked_at_and_deleted()
    {
        await Content.PushBlobAsync("r", "x");
        requests.Take();
        await Content.PushBlobAsync("s", "x");
        Assert.Equal(["PUT", "HEAD", "POST"], requests.Take());
        Assert.Single(await S3Server.ListAsync(options));
    }

    [Fact]
    public async Task A_blob_whose_object_has_gone_is_unknown_until_it_is_pushed_again()
    {
        var blob = await Content.PushBlobAsync("r", "x");
        await Content.Store.DeleteAsync([(await Content.StoredAsync()).Single().Key], Token);
        await Content.PushBlobAsync("r", "x");
        Assert.Equal("x", await Content.PullBlobAsync("r", blob));
    }

    [Fact]
    public async Task A_large_upload_goes_on_in_another_process_and_is_sealed()
    {
        var bytes = new byte[13_000_000];
        new Random(1).NextBytes(bytes);
        var digest = Digest.Of(DigestAlgorithm.Sha256, bytes);
        var session = (await Content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        Assert.Null((await Content.Sessions.AppendAsync(Name("r"), session.Id, null, Body(new MemoryStream(bytes[..8_000_000])), Token)).Error);
        await Content.CrashAsync();
        Assert.Equal(8_000_000, Content.Sessions.Find(Name("r"), session.Id).Value.Received);
        Assert.Null(await Content.Sessions.SealAsync(Name("r"), session.Id, null, digest, Body(new MemoryStream(bytes[8_000_000..])), Token));
        await using var reader = (await Content.Blobs.OpenAsync((await Content.Blobs.FindAsync(Name("r"), digest, Token)).Value, BlobRange.Nothing, Token)).Value;
        Assert.Equal(bytes.Length, reader.Length);
        Assert.Single(await S3Server.ListAsync(options));
        Assert.Empty(await S3Server.ListUploadsAsync(options));
    }

    [Fact]
    public async Task A_cancelled_upload_leaves_nothing()
    {
        var session = (await Content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        await Content.Sessions.AppendAsync(Name("r"), session.Id, null, Body(new MemoryStream(new byte[12_000_000])), Token);
        Assert.NotEmpty(await S3Server.ListUploadsAsync(options));
        Assert.Null(await Content.Sessions.CancelAsync(Name("r"), session.Id, Token));
        Assert.Empty(await S3Server.ListUploadsAsync(options));
        Assert.Empty(await S3Server.ListAsync(options));
    }

    [Fact]
    public async Task A_sweep_deletes_a_thousand_objects_a_request()
    {
        var many = await Task.WhenAll(Enumerable.Range(0, 1_200).Select(i => Content.PushBlobAsync("r", $"blob {i}")));
        Content.Time.Advance(TimeSpan.FromDays(3));
        await Content.SweepAsync();
        Content.Time.Advance(TimeSpan.FromDays(1));
        requests.Take();
        await Content.SweepAsync();
        Assert.Empty(await S3Server.ListAsync(options));
        Assert.InRange(requests.Take().Count(method => method == "POST"), 1, many.Length / 1000 + 1);
    }

    [Fact]
    public async Task What_nothing_names_goes_with_a_reconcile_and_its_drain()
    {
        var old = Content.Time.GetUtcNow() - TimeSpan.FromDays(30);
        var blob = await Content.PushBlobAsync("r", "kept");
        await WriteAsync(StorageKey.New(old), 10);
        await WriteAsync(StorageKey.New(old), 12_000_000);
        await WriteAsync((await Content.StoredAsync()).First(o => o.Size == 4).Key, 7_000_000);
        Assert.Equal(2, (await S3Server.ListUploadsAsync(options)).Count);

        await Content.SweepAsync(ReconcileScope.All);
        Content.Time.Advance(TimeSpan.FromHours(2));
        await Content.SweepAsync();
        Assert.Empty(await S3Server.ListUploadsAsync(options));
        Assert.Single(await S3Server.ListAsync(options));
        Assert.Equal("kept", await Content.PullBlobAsync("r", blob));
    }

    public async ValueTask DisposeAsync()
    {
        if (content is not null)
        {
            await content.DisposeAsync();
            await S3Server.CleanAsync(options);
        }
    }

    /// <summary>As an earlier process has left it.</summary>
    private async Task WriteAsync(StorageKey key, int count)
    {
        using var client = new S3Client(options);
        await using var writer = await new S3BlobStore(client, new UploadMemory(options)).OpenWriteAsync(key, 0, Token);
        await writer!.WriteAsync(new byte[count], Token);
        await writer.SaveAsync(Token);
    }

    private async Task<Digest> PushInTwoRequestsAsync(byte[] bytes)
    {
        var digest = Digest.Of(DigestAlgorithm.Sha256, bytes);
        var session = (await Content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token)).Value;
        Assert.Null((await Content.Sessions.AppendAsync(Name("r"), session.Id, null, Body(new MemoryStream(bytes)), Token)).Error);
        Assert.Null(await Content.Sessions.SealAsync(Name("r"), session.Id, null, digest, Body(""), Token));
        return digest;
    }
}
