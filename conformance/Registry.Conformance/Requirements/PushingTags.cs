using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Pushing Manifests" with <c>tag</c> parameters (end-7b).</summary>
public sealed class PushingTags(RegistryUnderTest registry)
{
    private const string Section = "Pushing Manifests (tag parameters)";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "PUT by digest with tag parameters says each tag that it set in OCI-Tag.")]
    public async Task Put_says_each_tag()
    {
        var pushed = await PutAsync(await ManifestAsync(), "1.2.3", "latest");
        if (pushed.HeaderList("OCI-Tag").Order(StringComparer.Ordinal).SequenceEqual(["1.2.3", "latest"]))
        {
            return;
        }

        throw pushed.Unexpected("OCI-Tag: 1.2.3 and OCI-Tag: latest");
    }

    [Requirement(Level.Must, Section, "Each tag that was said to be set can be pulled.")]
    public async Task Each_tag_can_be_pulled()
    {
        var manifest = await ManifestAsync();
        await PutAsync(manifest, "1.2.3", "latest");
        (await repository.PullAsync("1.2.3")).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
        (await repository.PullAsync("latest")).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.Should, Section, "At least 10 tags can be set at once.")]
    public async Task Ten_tags_can_be_set_at_once()
    {
        var manifest = await ManifestAsync();
        var tags = Enumerable.Range(0, 10).Select(i => $"t{i}").ToArray();
        var pushed = await PutAsync(manifest, tags);
        if (!tags.All(pushed.HeaderList("OCI-Tag").Contains))
        {
            throw pushed.Unexpected("ten tags in OCI-Tag");
        }
    }

    [Requirement(Level.WhenOffered, Section, "A tag can be set on a manifest with a sha512 digest.")]
    public async Task Tag_on_a_sha512_manifest()
    {
        var manifest = Blob.Of512((await ManifestAsync()).Bytes);
        var pushed = await repository.PutManifestAsync($"{manifest.Digest}?tag=v1", manifest.Bytes);
        Assert.SkipWhen(pushed.Status == HttpStatusCode.BadRequest, "The registry refuses sha512.");
        pushed.Expect(HttpStatusCode.Created).ExpectHeader("OCI-Tag", "v1");
        (await repository.PullAsync("v1")).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", manifest.Digest).ExpectBody(manifest.Bytes);
    }

    private async Task<Blob> ManifestAsync() => Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())));

    private async Task<Answer> PutAsync(Blob manifest, params string[] tags) =>
        (await repository.PutManifestAsync($"{manifest.Digest}?{string.Join('&', tags.Select(tag => $"tag={tag}"))}", manifest.Bytes)).Expect(HttpStatusCode.Created);
}
