using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>
/// Specification, "Pushing blobs" and "Pushing a blob in chunks" (<c>digest-algorithm</c>), with sha512: a registry may
/// refuse the algorithm with 400; what it takes, it must serve under the digest that it was pushed with.
/// </summary>
public sealed class DigestAlgorithms(RegistryUnderTest registry)
{
    private const string Section = "Pushing blobs (sha512)";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.WhenOffered, Section, "POST then PUT with a sha512 digest stores a blob with that digest.")]
    public async Task Put_with_sha512()
    {
        var blob = Blob.Random512();
        await ExpectStoredAsync(await repository.CloseAsync(await repository.BeginUploadAsync(), blob.Digest, blob.Bytes), blob);
    }

    [Requirement(Level.WhenOffered, Section, "A single POST with a sha512 digest stores a blob with that digest.")]
    public async Task Single_post_with_sha512()
    {
        var blob = Blob.Random512();
        var pushed = await repository.PostWholeAsync(blob.Digest, blob.Bytes);
        Assert.SkipWhen(pushed.Status == HttpStatusCode.Accepted, "A POST with the bytes begins an upload session.");
        await ExpectStoredAsync(pushed, blob);
    }

    [Requirement(Level.WhenOffered, "Pushing a blob in chunks", "POST with digest-algorithm=sha512 begins a session that is closed with a sha512 digest.")]
    public async Task Chunked_with_digest_algorithm()
    {
        var blob = Blob.Random512();
        var begun = await repository.BeginAsync("?digest-algorithm=sha512");
        Assert.SkipWhen(begun.Status == HttpStatusCode.BadRequest, "The registry refuses sha512.");
        var location = (await repository.PatchAsync(begun.Expect(HttpStatusCode.Accepted).Location(), blob.Bytes, "0-2047")).Expect(HttpStatusCode.Accepted).Location();
        await ExpectStoredAsync(await repository.CloseAsync(location, blob.Digest, []), blob);
    }

    [Requirement(Level.WhenOffered, "Pushing a blob in chunks", "A chunked push without digest-algorithm can still be closed with a sha512 digest.")]
    public async Task Chunked_without_digest_algorithm()
    {
        var blob = Blob.Random512();
        var location = (await repository.PatchAsync(await repository.BeginUploadAsync(), blob.Bytes, "0-2047")).Expect(HttpStatusCode.Accepted).Location();
        await ExpectStoredAsync(await repository.CloseAsync(location, blob.Digest, []), blob);
    }

    [Requirement(Level.Should, "Pushing blobs", "POST with a digest-algorithm that is not supported answers 400.")]
    public async Task Unknown_digest_algorithm_is_400() => (await repository.BeginAsync("?digest-algorithm=md5")).Expect(HttpStatusCode.BadRequest);

    [Requirement(Level.Should, "Pushing blobs", "A sha512 digest that is not the content's answers 400, and nothing is kept.")]
    public async Task Wrong_sha512_digest_is_400()
    {
        var (blob, other) = (Blob.Random512(), Blob.Random512());
        (await repository.CloseAsync(await repository.BeginUploadAsync(), other.Digest, blob.Bytes)).Expect(HttpStatusCode.BadRequest);
        (await repository.HeadAsync($"blobs/{other.Digest}")).Expect(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    [Requirement(Level.WhenOffered, "Mounting a blob from another repository", "A blob is mounted by its sha512 digest.")]
    public async Task Mount_by_sha512()
    {
        var blob = Blob.Random512();
        var source = registry.NewRepository();
        var pushed = await source.CloseAsync(await source.BeginUploadAsync(), blob.Digest, blob.Bytes);
        Assert.SkipWhen(pushed.Status == HttpStatusCode.BadRequest, "The registry refuses sha512.");
        await ExpectStoredAsync(await repository.BeginAsync($"?mount={blob.Digest}&from={source.Name}"), blob);
    }

    [Requirement(Level.WhenOffered, "Pushing Manifests", "A manifest pushed by its sha512 digest is served with that digest.")]
    public async Task Manifest_by_sha512()
    {
        var manifest = Blob.Of512(Manifests.Image(await repository.PushBlobAsync(Blob.Random())));
        var pushed = await repository.PutManifestAsync(manifest.Digest, manifest.Bytes);
        Assert.SkipWhen(pushed.Status == HttpStatusCode.BadRequest, "The registry refuses sha512.");
        pushed.Expect(HttpStatusCode.Created).ExpectHeader("Docker-Content-Digest", manifest.Digest);
        (await repository.PullAsync(manifest.Digest)).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", manifest.Digest).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.WhenOffered, "Pushing Manifests", "A manifest may name its blobs by sha512.")]
    public async Task Manifest_of_sha512_blobs()
    {
        var (config, layer) = (Blob.Random512(), Blob.Random512());
        var pushed = await repository.CloseAsync(await repository.BeginUploadAsync(), config.Digest, config.Bytes);
        Assert.SkipWhen(pushed.Status == HttpStatusCode.BadRequest, "The registry refuses sha512.");
        await repository.PushBlobAsync(layer);
        await repository.PushManifestAsync(Blob.Of(Manifests.Image(config, layer)), "v1");
        (await repository.HeadAsync($"blobs/{layer.Digest}")).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", layer.Digest);
    }

    private async Task ExpectStoredAsync(Answer pushed, Blob blob)
    {
        Assert.SkipWhen(pushed.Status == HttpStatusCode.BadRequest, "The registry refuses sha512.");
        pushed.Expect(HttpStatusCode.Created);
        (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", blob.Digest).ExpectBody(blob.Bytes);
    }
}
