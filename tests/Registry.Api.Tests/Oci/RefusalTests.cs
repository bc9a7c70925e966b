using System.Text;
using Registry.Api.Tests.Serving;
using Registry.Storage.Model;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Oci;

/// <summary>Every refusal under <c>/v2/</c> has the specification's error body, and says what to do.</summary>
public sealed class RefusalTests(RegistryFixture registry)
{
    private const string Sha = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private readonly TestRepository repository = registry.NewRepository();

    [Theory]
    [InlineData("/v2/a")]
    [InlineData("/v2/a/b/c")]
    [InlineData("/v2//")]
    [InlineData("/v2/_catalog/x")]
    [InlineData("/v2/tags/list")]
    [InlineData("/v2/a/tags/list/")]
    [InlineData("/v2/a/Manifests/latest")]
    [InlineData("/v2/_oci/Blob")]
    public async Task An_unknown_route(string path) => (await repository.GetAsync(path)).ExpectError(404, "UNSUPPORTED");

    [Theory]
    [InlineData("/v2/A/tags/list")]
    [InlineData("/v2/a..b/manifests/latest")]
    [InlineData("/v2/a%2Fb/manifests/latest")]
    [InlineData("/v2/%C3%A4/blobs/" + Sha)]
    [InlineData("/v2/a%20b/blobs/uploads/")]
    [InlineData("/v2/a%0D%0Ab/referrers/" + Sha)]
    [InlineData("/v2/a%FFb/referrers/" + Sha)]
    public async Task A_bad_name(string path) => (await repository.GetAsync(path)).ExpectError(400, "NAME_INVALID");

    [Theory]
    [InlineData(255, 200)]
    [InlineData(256, 400)]
    [InlineData(20_000, 400)]
    public async Task A_name_that_is_too_long(int length, int status)
    {
        var (name, image) = (new string('a', length), Content.Index());
        (await repository.SendAsync("PUT", $"/v2/{name}/manifests/v1", Bytes(image.Bytes, MediaTypes.OciIndex))).Expect(status == 200 ? 201 : status);
        (await repository.GetAsync($"/v2/{name}/manifests/v1")).Expect(status);
    }

    [Theory]
    [InlineData("POST", "/v2/", "GET, HEAD")]
    [InlineData("HEAD", "/v2/a/blobs/uploads/", "POST")]
    [InlineData("PUT", "/v2/a/tags/list", "GET, HEAD")]
    [InlineData("DELETE", "/v2/a/referrers/" + Sha, "GET, HEAD")]
    [InlineData("PATCH", "/v2/a/manifests/latest", "DELETE, GET, HEAD, PUT")]
    [InlineData("POST", "/v2/a/blobs/" + Sha, "DELETE, GET, HEAD")]
    [InlineData("GET", "/v2/a/blobs/uploads/", "POST")]
    [InlineData("POST", "/v2/a/blobs/uploads/0123", "DELETE, GET, HEAD, PATCH, PUT")]
    [InlineData("OPTIONS", "/v2/", "GET, HEAD")]
    [InlineData("BREW", "/v2/a/manifests/latest", "DELETE, GET, HEAD, PUT")]
    public async Task A_wrong_method_with_those_that_there_are(string method, string path, string allowed)
    {
        var answer = (await repository.SendAsync(method, path)).Expect(405).ExpectHeader("Content-Type", "application/json");
        Assert.Equal(allowed, string.Join(", ", answer.Header("Allow")!.Split(", ").Order(StringComparer.Ordinal)));
        Assert.True(method == "HEAD" || answer.ExpectError(405, "UNSUPPORTED").Message.Contains(method, StringComparison.OrdinalIgnoreCase));
    }

    public static TheoryData<string, byte[]> Bodies => new()
    {
        { "empty", [] },
        { "no JSON", "hello"u8.ToArray() },
        { "cut off", "{\"schemaVersion\":2,\"manifests\":["u8.ToArray() },
        { "more behind", "{\"schemaVersion\":2} {}"u8.ToArray() },
        { "an array", "[]"u8.ToArray() },
        { "a number", "1"u8.ToArray() },
        { "null", "null"u8.ToArray() },
        { "duplicate keys", "{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}"u8.ToArray() },
        { "duplicate keys, one escaped", "{\"manifests\":[],\"m\\u0061nifests\":[]}"u8.ToArray() },
        { "duplicate keys deep inside", "{\"a\":[{\"b\":{\"c\":1,\"c\":1}}]}"u8.ToArray() },
        { "65 levels", Encoding.ASCII.GetBytes("{\"a\":" + new string('[', 64) + new string(']', 64) + "}") },
        { "100,000 levels", Encoding.ASCII.GetBytes("{\"a\":" + new string('[', 100_000)) },
        { "lone surrogate", "{\"a\":\"\\ud800\"}"u8.ToArray() },
        { "lone surrogate as key", "{\"\\udfff\":1}"u8.ToArray() },
        { "invalid UTF-8", [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8] },
        { "UTF-8 of a surrogate", [.. "{\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8] },
        { "BOM", [0xEF, 0xBB, 0xBF, .. "{\"schemaVersion\":2,\"manifests\":[]}"u8] },
        { "UTF-16", Encoding.Unicode.GetBytes("{\"schemaVersion\":2,\"manifests\":[]}") },
        { "comments", "{\"schemaVersion\":2/*,*/}"u8.ToArray() },
        { "NUL", [0] },
        { "NaN", "{\"a\":NaN}"u8.ToArray() },
        { "gzip", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_manifest_that_is_none(string what, byte[] body)
    {
        foreach (var mediaType in new[] { MediaTypes.OciIndex, MediaTypes.OciManifest, "application/vnd.example+json" })
        {
            var answer = (await repository.SendAsync("PUT", "manifests/v1", Bytes(body, mediaType))).ExpectError(400, "MANIFEST_INVALID");
            Assert.DoesNotContain("   at ", answer.Message, StringComparison.Ordinal);
            Assert.NotNull(what);
        }

        (await repository.GetAsync("manifests/v1")).Expect(404);
    }

    [Fact]
    public async Task Sixty_four_levels_are_accepted() =>
        await repository.PushManifestAsync("v1", Content.Of("{\"a\":" + new string('[', 63) + new string(']', 63) + "}"), "application/vnd.example+json");

    [Theory]
    [InlineData("no media type")]
    [InlineData("*/*")]
    [InlineData("a/b/c")]
    [InlineData("/")]
    public async Task A_content_type_that_is_none(string contentType) =>
        (await repository.SendAsync("PUT", "manifests/v1", Bytes("{}"u8.ToArray(), null), ("Content-Type", contentType))).ExpectError(400, "MANIFEST_INVALID");

    [Theory]
    [InlineData("manifests/.hidden", 400, "NAME_INVALID")]
    [InlineData("manifests/sha256:zz", 400, "DIGEST_INVALID")]
    [InlineData("manifests/" + Sha, 400, "DIGEST_INVALID")]
    [InlineData("manifests/v1?tag=v2", 400, "NAME_INVALID")]
    [InlineData("manifests/" + Sha + "?tag=", 400, "NAME_INVALID")]
    [InlineData("manifests/" + Sha + "?tag=a&tag=-", 400, "NAME_INVALID")]
    public async Task A_bad_reference_of_a_push(string path, int status, string code) =>
        (await repository.SendAsync("PUT", path, Bytes(Content.Index().Bytes, MediaTypes.OciIndex))).ExpectError(status, code);

    [Theory]
    [InlineData("manifests/latest", "MANIFEST_UNKNOWN")]
    [InlineData("manifests/" + Sha, "MANIFEST_UNKNOWN")]
    [InlineData("manifests/.hidden", "MANIFEST_UNKNOWN")]
    [InlineData("manifests/", "MANIFEST_UNKNOWN")]
    [InlineData("blobs/" + Sha, "BLOB_UNKNOWN")]
    [InlineData("tags/list", "NAME_UNKNOWN")]
    [InlineData("blobs/uploads/not-an-id", "BLOB_UPLOAD_UNKNOWN")]
    [InlineData("blobs/uploads/00000000000000000000000000000000", "BLOB_UPLOAD_UNKNOWN")]
    public async Task What_is_not_there(string path, string code) => (await repository.GetAsync(path)).ExpectError(404, code);

    [Fact]
    public async Task A_range_outside_of_a_blob()
    {
        var blob = await repository.PushRandomAsync();
        (await repository.GetAsync($"blobs/{blob.Digest}", ("Range", "bytes=1000-"))).ExpectError(416, "SIZE_INVALID").ExpectHeader("Content-Range", "bytes */1000");
    }
}
