using CsCheck;
using Registry.Api.Oci;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class OciPathTests
{
    private const string Sha = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static readonly Gen<string> Component = Gen.OneOf(
        AnyOf("blobs", "manifests", "tags", "list", "uploads", "referrers", "v2", "a", "a-b", "a__b", "0.1"),
        Gen.Char["ab09"].Array[1, 6].Select(chars => new string(chars)));

    private static readonly Gen<RepositoryName> Name = Component.Array[1, 6].Select(parts => RepositoryName.Parse(string.Join('/', parts)));

    private static readonly Gen<OciTarget> Target = Gen.Select(Name, Gen.Int[0, 7], AnyOf("latest", "list", "uploads0", "manifests", "v1.0_x-y", Sha)).Select((name, kind, item) => (OciResource)kind switch
    {
        OciResource.Base or OciResource.Catalog => new OciTarget((OciResource)kind, default, ""),
        OciResource.Uploads or OciResource.Tags => new OciTarget((OciResource)kind, name, ""),
        var resource => new OciTarget(resource, name, item),
    });

    [Theory]
    [InlineData("/v2/", "Base", null, "")]
    [InlineData("/v2/_catalog", "Catalog", null, "")]
    [InlineData("/v2/a/manifests/latest", "Manifest", "a", "latest")]
    [InlineData("/v2/a/manifests/" + Sha, "Manifest", "a", Sha)]
    [InlineData("/v2/a/b/c/d/manifests/latest", "Manifest", "a/b/c/d", "latest")]
    [InlineData("/v2/a/blobs/" + Sha, "Blob", "a", Sha)]
    [InlineData("/v2/a/blobs/uploads/", "Uploads", "a", "")]
    [InlineData("/v2/a/blobs/uploads/0123", "Upload", "a", "0123")]
    [InlineData("/v2/a/tags/list", "Tags", "a", "")]
    [InlineData("/v2/a/referrers/" + Sha, "Referrers", "a", Sha)]
    [InlineData("/v2/blobs/manifests/manifests/manifests", "Manifest", "blobs/manifests", "manifests")]
    [InlineData("/v2/blobs/uploads/blobs/" + Sha, "Blob", "blobs/uploads", Sha)]
    [InlineData("/v2/a/blobs/uploads/manifests/latest", "Manifest", "a/blobs/uploads", "latest")]
    [InlineData("/v2/a/blobs/uploads/blobs/uploads/", "Uploads", "a/blobs/uploads", "")]
    [InlineData("/v2/a/blobs/uploads/blobs/uploads/list", "Upload", "a/blobs/uploads", "list")]
    [InlineData("/v2/tags/list/tags/list", "Tags", "tags/list", "")]
    [InlineData("/v2/a/tags/list/manifests/list", "Manifest", "a/tags/list", "list")]
    [InlineData("/v2/referrers/referrers/" + Sha, "Referrers", "referrers", Sha)]
    [InlineData("/v2/uploads/blobs/" + Sha, "Blob", "uploads", Sha)]
    public void A_path_is_read_from_the_right_and_written_back(string path, string resource, string? name, string item)
    {
        var target = OciPath.Parse(path).Value;
        Assert.Equal(new OciTarget(Enum.Parse<OciResource>(resource), name is null ? default : RepositoryName.Parse(name), item), target);
        Assert.Equal(path, OciPath.Format(target));
    }

    [Theory]
    [InlineData("/v2", "/v2/")]
    [InlineData("/v2/_catalog/", "/v2/_catalog")]
    [InlineData("/v2/a/blobs/uploads", "/v2/a/blobs/uploads/")]
    public void Some_paths_may_be_written_in_two_ways(string path, string canonical) => Assert.Equal(canonical, OciPath.Format(OciPath.Parse(path).Value));

    [Theory]
    [InlineData("/v2/a")]
    [InlineData("/v2/a/")]
    [InlineData("/v2/a/b/c")]
    [InlineData("/v2//")]
    [InlineData("/v2/manifests/latest")]
    [InlineData("/v2/blobs/uploads/")]
    [InlineData("/v2/blobs/uploads")]
    [InlineData("/v2/tags/list")]
    [InlineData("/v2/referrers/" + Sha)]
    [InlineData("/v2/a/tags/list/")]
    [InlineData("/v2/a/manifests/latest/")]
    [InlineData("/v2/a/blobs/uploads/0123/")]
    [InlineData("/v2/a/Manifests/latest")]
    [InlineData("/v2/_catalog/x")]
    public void What_is_no_route_is_refused(string path) => Assert.Equal(ErrorKind.RouteUnknown, OciPath.Parse(path).Error?.Kind);

    [Theory]
    [InlineData("/v2/A/manifests/latest")]
    [InlineData("/v2/a//b/manifests/latest")]
    [InlineData("/v2//a/manifests/latest")]
    [InlineData("/v2/a//manifests/latest")]
    [InlineData("/v2//manifests/latest")]
    [InlineData("/v2/_catalog/manifests/latest")]
    [InlineData("/v2/a.-b/manifests/latest")]
    [InlineData("/v2/a%2Fb/manifests/latest")]
    [InlineData("/v2/a b/tags/list")]
    [InlineData("/v2/../blobs/uploads/")]
    [InlineData("/v2/\u00e4/referrers/" + Sha)]
    public void What_is_no_name_is_refused(string path) => Assert.Equal(ErrorKind.NameInvalid, OciPath.Parse(path).Error?.Kind);

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void A_name_has_at_most_255_characters(int length, bool valid)
    {
        var path = $"/v2/{new string('a', length - 2)}/b/tags/list";
        Assert.Equal(valid, OciPath.Parse(path).Succeeded(out var target, out _));
        Assert.Equal(valid ? path : null, target?.ToString());
    }

    [Theory]
    [InlineData("/v2", true)]
    [InlineData("/v2/", true)]
    [InlineData("/v2/x", true)]
    [InlineData("/v2x", false)]
    [InlineData("/V2/", false)]
    [InlineData("/", false)]
    [InlineData("", false)]
    [InlineData("//v2/", false)]
    public void Only_what_is_below_v2_is_for_the_registry(string path, bool expected) => Assert.Equal(expected, OciPath.IsOci(path));

    [Fact]
    public void Every_target_that_is_written_is_read_again_the_same() =>
        Target.Sample(target => OciPath.Parse(OciPath.Format(target)).Value == target, iter: 20_000);

    [Fact]
    public void Every_path_that_is_read_names_the_same_target_when_written() =>
        Gen.OneOf(Component, AnyOf("", "_catalog", "A", "%2F", Sha)).Array[0, 7].Select(parts => "/v2/" + string.Join('/', parts))
            .Sample(path => OciPath.Parse(path) is var read && (read.Error is { Kind: ErrorKind.RouteUnknown or ErrorKind.NameInvalid } || OciPath.Parse(OciPath.Format(read.Value)).Value == read.Value), iter: 20_000);

    [Fact]
    public void No_path_makes_it_throw() =>
        Gen.OneOf(Gen.String, Gen.Char["/ablobsmanifetguplr.%_\u00e9\ud800 "].Array[0, 40].Select(chars => new string(chars)))
            .Sample(text => OciPath.Parse("/v2/" + text) is var read && (read.Error is null || read.Error.Message.Length > 0), iter: 20_000);

    private static Gen<string> AnyOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
