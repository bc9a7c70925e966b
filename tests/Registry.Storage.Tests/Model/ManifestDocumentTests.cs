using System.Text;
using CsCheck;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Model;

public sealed class ManifestDocumentTests
{
    private const string A = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string B = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string C = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

    public static TheoryData<string, string, string[]> Accepted => new()
    {
        { "image manifest", $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{"mediaType":"c","digest":"{{A}}","size":1},"layers":[{"mediaType":"l","digest":"{{B}}","size":2}]}""", [A, B] },
        { "docker schema 2", $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifest}}","config":{"digest":"{{A}}","size":1},"layers":[{"digest":"{{B}}","size":2}]}""", [A, B] },
        { "the same layer twice", $$"""{"mediaType":"{{MediaTypes.OciManifest}}","config":{"digest":"{{A}}","size":1},"layers":[{"digest":"{{B}}","size":2},{"digest":"{{B}}","size":2}]}""", [A, B] },
        { "no layers", $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}","size":1}}""", [A] },
        { "layers null", $$"""{"mediaType":"{{MediaTypes.OciManifest}}","config":{"digest":"{{A}}","size":1},"layers":null}""", [A] },
        { "empty index", $$"""{"mediaType":"{{MediaTypes.OciIndex}}","manifests":[]}""", [] },
        { "index without manifests", $$"""{"mediaType":"{{MediaTypes.OciIndex}}"}""", [] },
        { "index", $$$"""{"mediaType":"{{{MediaTypes.DockerManifestList}}}","manifests":[{"mediaType":"m","digest":"{{{A}}}","size":1,"platform":{"architecture":"arm64"}}]}""", [A] },
        { "custom fields", $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}","size":1,"x":{}},"x":[{"digest":"{{{C}}}","size":3}]}""", [A] },
        { "unknown type: everything with digest and size", $$$"""{"mediaType":"application/x","a":{"b":[{"digest":"{{{A}}}","size":1},[{"digest":"{{{B}}}","size":2}]]},"subject":{"digest":"{{{C}}}","size":3}}""", [A, B] },
        { "unknown type with a schemaVersion of its own", """{"schemaVersion":1,"mediaType":"application/x"}""", [] },
        { "unknown type: an empty object", """{"mediaType":"application/x"}""", [] },
    };

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Edges(string what, string json, string[] edges)
    {
        var parsed = ManifestDocument.Parse(Encoding.UTF8.GetBytes(json), contentType: null);
        Assert.True(parsed.Error is null, $"{what}: {parsed.Error}");
        Assert.Equal(edges, parsed.Value.Edges.Select(e => e.Target.Digest.ToString()));
    }

    public static TheoryData<string, string, string?> Refused => new()
    {
        { "not JSON", "{", null },
        { "not an object", "[]", null },
        { "empty", "", null },
        { "duplicate keys", $$"""{"mediaType":"{{MediaTypes.OciIndex}}","manifests":[],"manifests":[]}""", null },
        { "duplicate keys below", $$$"""{"mediaType":"{{{MediaTypes.OciIndex}}}","x":{"a":1,"a":2}}""", null },
        { "too deep", $$"""{"mediaType":"application/x","a":{{new string('[', 100)}}{{new string(']', 100)}}}""", null },
        { "lone surrogate in mediaType", """{"mediaType":"\ud800"}""", null },
        { "lone surrogate in an annotation", """{"mediaType":"application/x","annotations":{"a":"\udc00\ud800"}}""", null },
        { "lone surrogate in a key", """{"mediaType":"application/x","annotations":{"\ud800":"a"}}""", null },
        { "not UTF-8 in an annotation", "{\"mediaType\":\"application/x\",\"a\":\"\xc3\x28\"}", null },
        { "byte order mark", "\xef\xbb\xbf{\"mediaType\":\"application/x\"}", null },
        { "media type with a line break", """{"mediaType":"a/b\r\nX: y"}""", null },
        { "media type with a wildcard", """{"mediaType":"*/*"}""", null },
        { "media type with parameters", """{"mediaType":"a/b;c=d"}""", null },
        { "media type without subtype", """{"mediaType":"a/"}""", null },
        { "media type with two slashes", """{"mediaType":"a/b/c"}""", null },
        { "not UTF-8", "{\"mediaType\":\"\xff\"}", null },
        { "no media type at all", "{}", null },
        { "media types differ", $$"""{"mediaType":"{{MediaTypes.OciManifest}}"}""", MediaTypes.OciIndex },
        { "mediaType a number", """{"mediaType":1}""", null },
        { "both manifest and index", $$"""{"mediaType":"{{MediaTypes.OciManifest}}","config":{"digest":"{{A}}","size":1},"manifests":[]}""", null },
        { "index with layers", $$"""{"mediaType":"{{MediaTypes.OciIndex}}","layers":[]}""", null },
        { "manifest without config", $$"""{"mediaType":"{{MediaTypes.OciManifest}}","layers":[]}""", null },
        { "config a string", $$"""{"mediaType":"{{MediaTypes.OciManifest}}","config":"x"}""", null },
        { "digest wrong", $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"md5:00","size":1}}""", null },
        { "no size", $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}"}}""", null },
        { "size negative", $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}","size":-1}}""", null },
        { "size a fraction", $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}","size":1.5}}""", null },
        { "layers an object", $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}","size":1},"layers":{}}""", null },
        { "layer null", $$"""{"mediaType":"{{MediaTypes.OciManifest}}","config":{"digest":"{{A}}","size":1},"layers":[null]}""", null },
        { "subject a string", $$"""{"mediaType":"{{MediaTypes.OciIndex}}","subject":"x"}""", null },
        { "unknown type with a wrong digest", """{"mediaType":"application/x","a":{"digest":"sha256:zz","size":1}}""", null },
        { "schema 1 by content type", "{}", MediaTypes.DockerSchema1Signed },
        { "schema 1 by version", """{"schemaVersion":1,"mediaType":"application/json"}""", null },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refusals(string what, string json, string? contentType)
    {
        var parsed = ManifestDocument.Parse(Encoding.Latin1.GetBytes(json), contentType);
        Assert.True(parsed.Error is { Kind: ErrorKind.ManifestInvalid, Message.Length: > 10 }, $"{what}: {parsed.Error}");
    }

    [Fact]
    public void Schema_1_is_refused_with_what_to_do_instead()
    {
        var parsed = ManifestDocument.Parse("{}"u8.ToArray(), MediaTypes.DockerSchema1);
        Assert.Contains("schema 2", parsed.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_edge_says_as_what_it_must_be_there()
    {
        var manifest = $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}","size":1},"layers":[{"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar","digest":"{{{B}}}","size":1}]}""";
        Assert.Equal([(A, EdgeKind.Blob), (B, EdgeKind.Optional)], Kinds(manifest));
        var twice = $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"digest":"{{{A}}}","size":1},"layers":[{"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar","digest":"{{{B}}}","size":1},{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{B}}}","size":1}]}""";
        Assert.Equal([(A, EdgeKind.Blob), (B, EdgeKind.Blob)], Kinds(twice));
        var index = $$$"""{"mediaType":"{{{MediaTypes.OciIndex}}}","manifests":[{"mediaType":"{{{MediaTypes.DockerManifest}}}","digest":"{{{A}}}","size":1},{"mediaType":"application/vnd.buildkit.cacheconfig.v0","digest":"{{{B}}}","size":1},{"digest":"{{{C}}}","size":1}]}""";
        Assert.Equal([(A, EdgeKind.Manifest), (B, EdgeKind.Either), (C, EdgeKind.Either)], Kinds(index));
        Assert.Equal([(A, EdgeKind.Either)], Kinds($$"""{"mediaType":"application/x","y":{"digest":"{{A}}","size":1} }"""));
    }

    private static IEnumerable<(string, EdgeKind)> Kinds(string json) =>
        ManifestDocument.Parse(Encoding.UTF8.GetBytes(json), contentType: null).Value.Edges.Select(edge => (edge.Target.Digest.ToString(), edge.Kind));

    [Fact]
    public void A_long_key_over_many_values_costs_no_more_than_reading_it_and_its_place_is_cut()
    {
        var (key, zeros) = (new string('k', 2_000_000), string.Join(',', Enumerable.Repeat("0", 800_000)));
        var json = $$"""{"mediaType":"application/x","{{key}}":[{{zeros}},{"digest":"sha256:zz","size":1}]}""";
        var error = ManifestDocument.Parse(Encoding.UTF8.GetBytes(json), contentType: null).Error;
        Assert.Contains("kk[].digest", error!.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 400, error.Message);
    }

    [Theory]
    [InlineData("\"artifactType\":\"own\",", "own")]
    [InlineData("\"artifactType\":\"\",", "config/type")]
    [InlineData("", "config/type")]
    public void Artifact_type_is_the_manifests_own_else_its_configs(string field, string expected)
    {
        var json = $$$"""{"mediaType":"{{{MediaTypes.OciManifest}}}",{{{field}}}"config":{"mediaType":"config/type","digest":"{{{A}}}","size":1},"subject":{"digest":"{{{C}}}","size":7}}""";
        var parsed = ManifestDocument.Parse(Encoding.UTF8.GetBytes(json), null).Value;
        Assert.Equal(expected, parsed.ArtifactType);
        Assert.Equal(C, parsed.Subject!.Digest.ToString());
    }

    [Fact]
    public void No_bytes_make_it_throw() =>
        Gen.Char["{}[]\":,0123456789.eE-\\u truefalsnmdigzhx\u00e9"].Array[0, 60].Select(chars => new string(chars))
            .Sample(text => ManifestDocument.Parse(Encoding.UTF8.GetBytes($$"""{"mediaType":"application/x","a":{{text}}}"""), null).Error is null or { Kind: ErrorKind.ManifestInvalid }, iter: 50_000);
}
