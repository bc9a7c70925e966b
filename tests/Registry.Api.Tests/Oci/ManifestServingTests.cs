using System.Text;
using Registry.Api.Tests.Serving;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class ManifestServingTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    public static TheoryData<string, string> Written => new()
    {
        { MediaTypes.OciIndex, "{\"manifests\":[],\"schemaVersion\":2}" },
        { MediaTypes.OciIndex, " \t\r\n{ \"schemaVersion\" : 2 ,\n\"manifests\":[ ],\"\\u0078\":\"\\u00e9 \u00e9 \\/ \U0001F40B\",\"n\":1.50e+3 }\r\n\r\n" },
        { MediaTypes.DockerManifestList, "{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.DockerManifestList + "\",\"manifests\":null}" },
        { "application/vnd.example.unknown+json", "{\"anything\":[1,{\"z\":1,\"a\":2}],\"custom\":null}" },
        { "application/json", "{}" },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public async Task It_is_served_byte_for_byte_with_the_media_type_it_was_pushed_with(string mediaType, string json)
    {
        var manifest = await repository.PushManifestAsync("v1", Content.Of(json), mediaType);
        foreach (var reference in new[] { "v1", manifest.Digest })
        {
            var got = (await repository.GetAsync($"manifests/{reference}", ("Accept", "text/html"))).Expect(200).ExpectBody(manifest.Bytes);
            var head = (await repository.HeadAsync($"manifests/{reference}")).Expect(200).ExpectBody([]);
            foreach (var answer in new[] { got, head })
            {
                answer.ExpectHeader("Content-Type", mediaType).ExpectHeader("Docker-Content-Digest", manifest.Digest)
                    .ExpectHeader("ETag", $"\"{manifest.Digest}\"").ExpectHeader("Content-Length", $"{manifest.Bytes.Length}");
            }
        }
    }

    [Fact]
    public async Task The_same_bytes_under_another_media_type_are_refused_and_change_nothing()
    {
        var manifest = Content.Of("""{"schemaVersion":2,"manifests":[]}""");
        await repository.PushManifestAsync("v1", manifest, MediaTypes.OciIndex);
        (await repository.PutAsync("v2", manifest, MediaTypes.DockerManifestList)).ExpectError(400, "MANIFEST_INVALID");
        (await repository.HeadAsync("manifests/v1")).Expect(200).ExpectHeader("Content-Type", MediaTypes.OciIndex);
        (await repository.HeadAsync("manifests/v2")).Expect(404);
    }

    [Fact]
    public async Task Without_a_content_type_the_manifests_own_media_type_counts()
    {
        await repository.SendAsync("PUT", "manifests/v1", RegistryClient.Bytes(Content.Index().Bytes, mediaType: null));
        (await repository.HeadAsync("manifests/v1")).Expect(200).ExpectHeader("Content-Type", MediaTypes.OciIndex);
    }

    [Theory]
    [InlineData("a\\r\\nX: y")]
    [InlineData("application/\\u00e9")]
    [InlineData("no media type")]
    [InlineData("*/*")]
    public async Task A_media_type_that_cannot_be_served_is_refused(string mediaType)
    {
        var manifest = Content.Of($$"""{"schemaVersion":2,"mediaType":"{{mediaType}}"}""");
        (await repository.SendAsync("PUT", "manifests/v1", RegistryClient.Bytes(manifest.Bytes, mediaType: null))).ExpectError(400, "MANIFEST_INVALID");
        (await repository.GetAsync($"manifests/{manifest.Digest}")).ExpectError(404, "MANIFEST_UNKNOWN");
    }

    [Theory]
    [InlineData("\"{0}\"", 304)]
    [InlineData("W/\"{0}\"", 304)]
    [InlineData("\"sha256:00\", \"{0}\"", 304)]
    [InlineData("*", 304)]
    [InlineData("\"sha256:00\"", 200)]
    [InlineData("{0}", 200)]
    public async Task If_none_match_answers_304_without_a_body(string format, int status)
    {
        var manifest = await repository.PushImageAsync("v1");
        var blob = await repository.PushRandomAsync();
        foreach (var (path, content) in new[] { ("manifests/v1", manifest), ($"manifests/{manifest.Digest}", manifest), ($"blobs/{blob.Digest}", blob) })
        {
            var header = ("If-None-Match", format.Replace("{0}", content.Digest, StringComparison.Ordinal));
            (await repository.GetAsync(path, header)).Expect(status).ExpectBody(status == 304 ? [] : content.Bytes).ExpectHeader("ETag", $"\"{content.Digest}\"");
            (await repository.HeadAsync(path, header)).Expect(status).ExpectHeader("Docker-Content-Digest", content.Digest);
        }
    }

    [Fact]
    public async Task A_sha512_manifest_is_one_of_its_own()
    {
        var text = Encoding.UTF8.GetBytes("""{"schemaVersion":2,"manifests":[]}""");
        var (by256, by512) = (Content.Of(text), Content.Of512(text));
        (await repository.PutAsync($"{by512.Digest}?tag=v1", by512, MediaTypes.OciIndex)).Expect(201).ExpectHeader("Docker-Content-Digest", by512.Digest);
        (await repository.HeadAsync("manifests/v1")).ExpectHeader("ETag", $"\"{by512.Digest}\"");
        (await repository.GetAsync($"manifests/{by256.Digest}")).ExpectError(404, "MANIFEST_UNKNOWN");
    }
}
