using System.Text;
using Registry.Api.Tests.Serving;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class ManifestSizeTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Four_mebibytes_are_accepted_and_served(bool chunked)
    {
        var manifest = IndexOf(ManifestDocument.MaxBytes);
        (await PutAsync(manifest, chunked)).Expect(201);
        (await repository.GetAsync("manifests/v1")).ExpectBody(manifest.Bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_byte_more_is_refused(bool chunked)
    {
        (await PutAsync(IndexOf(ManifestDocument.MaxBytes + 1), chunked)).ExpectError(413, "SIZE_INVALID");
        (await repository.GetAsync("manifests/v1")).Expect(404);
    }

    [Fact]
    public async Task An_announced_size_is_refused_before_a_byte_is_sent()
    {
        using var raw = await RawConnection.OpenAsync(registry.Process.Url, TestContext.Current.CancellationToken);
        await raw.SendAsync(
            $"PUT /v2/{repository.Name}/manifests/v1 HTTP/1.1\r\nHost: x\r\nContent-Type: {MediaTypes.OciIndex}\r\nContent-Length: 9223372036854775807\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
            TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 413 ", await raw.ReadStatusLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private Task<Answer> PutAsync(Content manifest, bool chunked) => repository.SendAsync(
        "PUT", "manifests/v1", chunked ? RegistryClient.Chunked(manifest.Bytes, MediaTypes.OciIndex) : RegistryClient.Bytes(manifest.Bytes, MediaTypes.OciIndex));

    private static Content IndexOf(int size)
    {
        const string Start = """{"schemaVersion":2,"manifests":[],"annotations":{"a":" """;
        const string End = "\"}}";
        return Content.Of(Encoding.ASCII.GetBytes(Start + new string('x', size - Start.Length - End.Length) + End));
    }
}
