using System.Text;
using Registry.Api.Tests.Serving;
using static Registry.Api.Tests.Serving.RegistryClient;
using Registry.Testing;

namespace Registry.Api.Tests.Oci;

/// <summary>A request that breaks off leaves its session as it was.</summary>
public sealed class BrokenUploadTests(OwnRegistry registry) : IClassFixture<OwnRegistry>
{
    private const int Before = 50_000;
    private const int Sent = 300_000;

    private readonly TestRepository repository = registry.NewRepository();

    public static TheoryData<string, string> Ways => new()
    {
        { "PATCH", "Content-Length: 450000\r\n" },
        { "PATCH", $"Content-Length: 450000\r\nContent-Range: {Before}-499999\r\n" },
        { "PATCH", "Transfer-Encoding: chunked\r\n" },
        { "PUT", "Content-Length: 450000\r\n" },
        { "PUT", "Transfer-Encoding: chunked\r\n" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task An_upload_goes_on_after_the_client_hung_up_midway(string method, string framing)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var blob = Content.Random(500_000);
        var location = await repository.BeginAsync();
        (await repository.SendAsync("PATCH", location, Bytes(blob.Bytes[..Before]))).Expect(202);

        var stored = StoredBytes();
        using (var raw = await RawConnection.OpenAsync(registry.Process.Url, cancelled))
        {
            var address = method == "PUT" ? $"{location}?digest={blob.Digest}" : location;
            await raw.SendAsync($"{method} {address} HTTP/1.1\r\nHost: x\r\n{framing}\r\n", cancelled);
            await raw.SendAsync(framing.StartsWith("Transfer", StringComparison.Ordinal) ? Encoding.ASCII.GetBytes($"{450_000:x}\r\n") : [], cancelled);
            await raw.SendAsync(blob.Bytes.AsMemory(Before, Sent), cancelled);
            await Wait.UntilAsync(() => StoredBytes() > stored, "the first bytes are written");
            raw.HangUp();
        }

        await Wait.UntilAsync(async () => (await TryAppendAsync(location)).Status == 416, "nobody writes to the session");
        (await repository.GetAsync(location)).Expect(204).ExpectHeader("Range", $"0-{Before - 1}");
        (await repository.SendAsync("PATCH", location, Bytes(blob.Bytes[Before..100_000]), ("Content-Range", $"{Before}-99999"))).Expect(202);
        (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", Bytes(blob.Bytes[100_000..]))).Expect(201);
        (await repository.GetAsync($"blobs/{blob.Digest}")).ExpectBody(blob.Bytes);
    }

    [Theory]
    [InlineData("xyz")]
    [InlineData("-1")]
    [InlineData("80000000")]
    [InlineData("ffffffffffffffffffffffff")]
    public async Task A_body_that_is_no_chunked_encoding_is_refused_and_leaves_the_session(string size)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var location = await repository.BeginAsync();
        using var raw = await RawConnection.OpenAsync(registry.Process.Url, cancelled);
        await raw.SendAsync($"PATCH {location} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n{size}\r\n", cancelled);
        var answer = await raw.ReadToEndAsync(cancelled);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("{\"errors\":[{\"code\":\"UNSUPPORTED\"", answer, StringComparison.Ordinal);
        (await repository.GetAsync(location)).Expect(204).ExpectHeader("Range", "0-0");
    }

    [Theory]
    [InlineData("PATCH", true)]
    [InlineData("PATCH", false)]
    [InlineData("PUT", true)]
    [InlineData("PUT", false)]
    public async Task A_client_that_hangs_up_is_499_in_the_access_log_and_no_failure(string method, bool reset)
    {
        var cancelled = TestContext.Current.CancellationToken;
        var before = HangUps().Count;
        for (var i = 0; i < 20; i++)
        {
            var path = method == "PATCH" ? await repository.BeginAsync() : $"/v2/{repository.Name}/manifests/broken";
            using var raw = await RawConnection.OpenAsync(registry.Process.Url, cancelled);
            await raw.SendAsync($"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/vnd.oci.image.manifest.v1+json\r\nContent-Length: 200000\r\nExpect: 100-continue\r\n\r\n", cancelled);
            // By now the registry reads the body.
            Assert.Equal("HTTP/1.1 100 Continue", await raw.ReadStatusLineAsync(cancelled));
            await raw.SendAsync(new byte[i * 1000], cancelled);
            if (reset)
            {
                raw.HangUp();
            }
        }

        await Wait.UntilAsync(() => HangUps().Count >= before + 20, "a line for each client that hung up");
        Assert.All(HangUps(), line => Assert.Contains(" 499 ", line, StringComparison.Ordinal));
        Assert.DoesNotContain("fail:", registry.Process.Output, StringComparison.Ordinal);

        List<string> HangUps() => [.. registry.Process.Output.Split('\n').Where(line => line.Contains($" {method} /v2/{repository.Name}/", StringComparison.Ordinal))];
    }

    /// <summary>409 while somebody writes to the session; 416, and nothing changed, when nobody does.</summary>
    private Task<Answer> TryAppendAsync(string location) => repository.SendAsync("PATCH", location, Bytes("x"u8.ToArray()), ("Content-Range", "9000000-9000000"));

    private long StoredBytes() => new DirectoryInfo(registry.Process.DataDirectory).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(f => f.FullName.Contains("/blobs/", StringComparison.Ordinal)).Sum(f => f.Exists ? f.Length : 0);
}
