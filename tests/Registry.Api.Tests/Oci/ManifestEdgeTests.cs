using Registry.Api.Tests.Serving;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

/// <summary>What a manifest names must be there, whatever the media type.</summary>
public sealed class ManifestEdgeTests(RegistryFixture registry)
{
    private const string Unknown = "application/vnd.example.unknown+json";
    private static readonly Content Absent = Content.Of("absent");

    private readonly TestRepository repository = registry.NewRepository();

    public static TheoryData<string, string> Incomplete => new()
    {
        { MediaTypes.OciManifest, $$"""{"schemaVersion":2,"config":{{Absent.As("c")}},"layers":[]}""" },
        { MediaTypes.OciManifest, $$"""{"schemaVersion":2,"config":{THERE},"layers":[{THERE},{{Absent.As("l")}}]}""" },
        { MediaTypes.DockerManifest, $$"""{"schemaVersion":2,"config":{THERE},"layers":[{{Absent.As("l")}}]}""" },
        { MediaTypes.OciManifest, $$"""{"schemaVersion":2,"config":{{Absent.As("application/vnd.oci.empty.v1+json")}}}""" },
        { MediaTypes.OciIndex, $$"""{"schemaVersion":2,"manifests":[{{Absent.As(MediaTypes.OciManifest)}}]}""" },
        { MediaTypes.DockerManifestList, $$"""{"schemaVersion":2,"manifests":[{THERE},{{Absent.As(MediaTypes.DockerManifest)}}]}""" },
        { Unknown, $$"""{"deep":[[{"in":{{Absent.As("x")}}}]]}""" },
        { "application/json", Absent.As("application/json") },
    };

    [Theory]
    [MemberData(nameof(Incomplete))]
    public async Task A_missing_edge_is_named_and_nothing_is_kept(string mediaType, string json)
    {
        var there = await repository.PushRandomAsync();
        var manifest = Content.Of(json.Replace("{THERE}", there.As("t"), StringComparison.Ordinal));
        var refused = (await repository.PutAsync("v1", manifest, mediaType)).ExpectError(404, "MANIFEST_BLOB_UNKNOWN");
        Assert.Contains(Absent.Digest, refused.Message, StringComparison.Ordinal);
        Assert.Equal(Absent.Digest, refused.Json.GetProperty("errors")[0].GetProperty("detail").EnumerateArray().Single().GetProperty("digest").GetString());
        (await repository.GetAsync("manifests/v1")).Expect(404);
        (await repository.GetAsync($"manifests/{manifest.Digest}")).Expect(404);
    }

    [Fact]
    public async Task A_manifest_of_an_unknown_type_keeps_what_it_names_and_does_not_need_its_subject()
    {
        var blob = await repository.PushRandomAsync();
        var manifest = Content.Of($$"""{"blobs":[{{blob.As("x")}}],"subject":{{Absent.As(MediaTypes.OciManifest)}}}""");
        (await repository.PutAsync("v1", manifest, Unknown)).Expect(201).ExpectHeader("OCI-Subject", Absent.Digest);
        (await repository.DeleteAsync($"blobs/{blob.Digest}")).ExpectError(405, "UNSUPPORTED");
    }

    [Fact]
    public async Task A_cache_index_may_list_blobs_under_manifests()
    {
        // As BuildKit writes it with --cache-to type=registry: layers and a config, all as "manifests".
        var (layer, config) = (await repository.PushRandomAsync(), await repository.PushRandomAsync());
        var index = Content.Index(layer.As("application/vnd.oci.image.layer.v1.tar+gzip"), config.As("application/vnd.buildkit.cacheconfig.v0"));
        await repository.PushManifestAsync("buildcache", index, MediaTypes.OciIndex);
        (await repository.GetAsync("manifests/buildcache")).ExpectBody(index.Bytes);
        (await repository.DeleteAsync($"blobs/{config.Digest}")).ExpectError(405, "UNSUPPORTED");
    }

    [Theory]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")]
    [InlineData("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd")]
    [InlineData("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")]
    public async Task A_layer_that_lives_elsewhere_need_not_be_there(string mediaType)
    {
        var config = await repository.PushRandomAsync();
        await repository.PushManifestAsync("v1", Content.Of($$"""{"schemaVersion":2,"config":{{config.As("c")}},"layers":[{{Absent.As(mediaType)}}]}"""));
        (await repository.GetAsync($"blobs/{Absent.Digest}")).ExpectError(404, "BLOB_UNKNOWN");
    }

    [Fact]
    public async Task What_another_repository_has_does_not_count_until_it_is_mounted()
    {
        var other = registry.NewRepository();
        var blob = await other.PushRandomAsync();
        (await repository.PutAsync("v1", Content.Image(blob))).ExpectError(404, "MANIFEST_BLOB_UNKNOWN");
        (await repository.SendAsync("POST", $"blobs/uploads/?mount={blob.Digest}&from={other.Name}")).Expect(201);
        await repository.PushManifestAsync("v1", Content.Image(blob));
    }

    [Theory]
    [InlineData(MediaTypes.DockerSchema1)]
    [InlineData(MediaTypes.DockerSchema1Signed)]
    [InlineData("application/json")]
    public async Task Schema_1_is_refused_with_what_to_do_instead(string mediaType)
    {
        var manifest = Content.Of("""{"schemaVersion":1,"name":"a","tag":"v1","fsLayers":[],"history":[]}""");
        var refused = (await repository.PutAsync("v1", manifest, mediaType)).ExpectError(400, "MANIFEST_INVALID");
        Assert.Contains("schema 1", refused.Message, StringComparison.Ordinal);
        Assert.Contains("schema 2", refused.Message, StringComparison.Ordinal);
    }
}
