using Registry.Storage.Content;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Sweeping;

/// <summary>What belongs together goes together and not before: indexes, referrers, signatures by tag, BuildKit, unknown types.</summary>
public sealed class RelationTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task Children_of_a_tagged_index_stay()
    {
        var child = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        await content.PutIndexAsync("r", ["multi"], child);
        await PassTimeAsync();
        Assert.True(await content.CanPullAsync("r", child.ToString()));
    }

    [Fact]
    public async Task Nested_indexes_go_from_the_outside_in()
    {
        var child = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        var inner = await content.PutIndexAsync("r", [], child);
        var outer = await content.PutIndexAsync("r", ["multi"], inner);
        await PassTimeAsync();
        Assert.Equal((true, true, true), (await ThereAsync(outer), await ThereAsync(inner), await ThereAsync(child)));

        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("multi"), "me", Token);
        await PassTimeAsync();
        Assert.Equal((false, true, true), (await ThereAsync(outer), await ThereAsync(inner), await ThereAsync(child)));
        await PassTimeAsync();
        Assert.Equal((false, true), (await ThereAsync(inner), await ThereAsync(child)));
        await PassTimeAsync();
        Assert.False(await ThereAsync(child));
    }

    [Fact]
    public async Task A_child_with_another_parent_or_a_tag_of_its_own_stays()
    {
        var (shared, tagged) = (await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x")), await content.PutManifestAsync("r", ["own"], await content.PushBlobAsync("r", "y")));
        await content.PutIndexAsync("r", ["one"], shared, tagged);
        await content.PutIndexAsync("r", ["two"], shared);
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("one"), "me", Token);
        await PassTimeAsync();
        await PassTimeAsync();
        Assert.Equal((true, true), (await ThereAsync(shared), await ThereAsync(tagged)));
    }

    [Fact]
    public async Task A_referrer_and_its_own_referrer_live_and_die_with_the_subject()
    {
        var subject = await content.PutManifestAsync("r", ["v1"], await content.PushBlobAsync("r", "x"));
        var referrer = await PutReferrerAsync(subject, "sbom");
        var second = await PutReferrerAsync(referrer, "signature of the sbom");
        await PassTimeAsync();
        Assert.Equal((true, true), (await ThereAsync(referrer), await ThereAsync(second)));

        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token);
        await PassTimeAsync();
        Assert.Equal((false, false, false), (await ThereAsync(subject), await ThereAsync(referrer), await ThereAsync(second)));
    }

    [Fact]
    public async Task A_referrer_that_came_before_its_subject_waits_for_it_as_long_as_anything_untagged()
    {
        var referrer = await PutReferrerAsync(DigestOf("never pushed"), "early");
        Assert.True(await ThereAsync(referrer));
        await PassTimeAsync();
        Assert.False(await ThereAsync(referrer));
    }

    [Theory]
    [InlineData(".sig")]
    [InlineData(".att")]
    [InlineData(".sbom")]
    [InlineData("")]
    public async Task A_signature_by_tag_and_the_fallback_tag_of_referrers_live_and_die_with_the_subject(string suffix)
    {
        var subject = await content.PutManifestAsync("r", ["v1"], await content.PushBlobAsync("r", "x"));
        var tag = $"sha256-{subject.ToString()[7..]}{suffix}";
        var signature = await content.PutManifestAsync("r", [tag], await content.PushBlobAsync("r", "signature"));
        await PassTimeAsync();
        Assert.True(await content.CanPullAsync("r", tag));

        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token);
        await PassTimeAsync();
        await PassTimeAsync();
        Assert.False(await content.CanPullAsync("r", tag));
        await PassTimeAsync();
        Assert.False(await ThereAsync(signature));
        Assert.Contains("its subject has gone", content.Read(db => db.TagHistory.Where(h => h.Tag == tag).Select(h => h.ToReason).Single()));
    }

    [Theory]
    [InlineData("sha256-abc")]
    [InlineData("sha256-0000000000000000000000000000000000000000000000000000000000000000x")]
    [InlineData("sha512-0000000000000000000000000000000000000000000000000000000000000000")]
    public async Task A_tag_that_only_looks_like_a_signature_is_an_ordinary_one(string tag)
    {
        await content.PutManifestAsync("r", [tag], await content.PushBlobAsync("r", "x"));
        await PassTimeAsync();
        Assert.True(await content.CanPullAsync("r", tag));
    }

    [Fact]
    public async Task Blobs_of_a_BuildKit_cache_and_of_an_unknown_type_stay_with_their_manifest()
    {
        var (cache, config, far) = (await content.PushBlobAsync("r", "cache layer"), await content.PushBlobAsync("r", "cache config"), await content.PushBlobAsync("r", "deep inside"));
        var index = $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[
            {"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{cache}}","size":11},
            {"mediaType":"application/vnd.buildkit.cacheconfig.v0","digest":"{{config}}","size":12}]}
            """;
        Assert.Null((await content.TryPutAsync("r", ["buildcache"], MediaTypes.OciIndex, index)).Error);
        var unknown = $$"""{"mediaType":"application/vnd.example+json","a":[{"b":{"digest":"{{far}}","size":11} }]}""";
        Assert.Null((await content.TryPutAsync("r", ["unknown"], "application/vnd.example+json", unknown)).Error);
        await PassTimeAsync();
        await PassTimeAsync();
        Assert.Equal(("cache layer", "cache config", "deep inside"), (await content.PullBlobAsync("r", cache), await content.PullBlobAsync("r", config), await content.PullBlobAsync("r", far)));
    }

    [Fact]
    public async Task An_attestation_in_an_index_stays_with_the_index()
    {
        var image = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        var attestation = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "provenance"));
        await content.PutIndexAsync("r", ["v1"], image, attestation);
        await PassTimeAsync();
        await PassTimeAsync();
        Assert.True(await ThereAsync(attestation));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private async Task PassTimeAsync()
    {
        content.Time.Advance(1.5 * content.Windows.Promise + content.Windows.UntaggedAfter + TimeSpan.FromMinutes(1));
        await content.SweepAsync();
    }

    /// <summary>Looks without pulling: a pull would keep it.</summary>
    private Task<bool> ThereAsync(Digest manifest)
    {
        var text = manifest.ToString();
        return Task.FromResult(content.Read(db => db.Manifests.Any(m => m.Digest == text)));
    }

    private async Task<Digest> PutReferrerAsync(Digest subject, string text)
    {
        var json = ManifestJson(await content.PushBlobAsync("r", text))[..^1] + $$$""","subject":{"digest":"{{{subject}}}","size":1} }""";
        return (await content.TryPutAsync("r", [], MediaTypes.OciManifest, json)).Value;
    }
}
