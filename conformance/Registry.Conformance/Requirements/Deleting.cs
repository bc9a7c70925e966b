using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Content Management". Deletion may be disabled: then the answer is 400 or 405.</summary>
public sealed class Deleting(RegistryUnderTest registry)
{
    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, "Deleting tags", "DELETE of a tag answers 202; 400 or 405 where it is disabled.")]
    public async Task Delete_of_a_tag_is_202_or_refused()
    {
        await repository.PushImageAsync("v1");
        (await repository.DeleteAsync("manifests/v1")).Expect(HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed);
    }

    [Requirement(Level.WhenOffered, "Deleting tags", "A deleted tag is 404; its manifest and its other tags stay.")]
    public async Task Deleted_tag_is_gone()
    {
        var manifest = await repository.PushImageAsync("v1");
        await repository.PushManifestAsync(manifest, "v2");
        await DeleteAsync("manifests/v1");
        (await repository.PullAsync("v1")).Expect(HttpStatusCode.NotFound);
        (await repository.PullAsync("v2")).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
        (await repository.PullAsync(manifest.Digest)).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.WhenOffered, "Deleting tags", "A deleted tag is not listed.")]
    public async Task Deleted_tag_is_not_listed()
    {
        await repository.PushManifestAsync(await repository.PushImageAsync("v1"), "v2");
        await DeleteAsync("manifests/v1");
        var tags = (await repository.GetAsync("tags/list")).Expect(HttpStatusCode.OK).Json.GetProperty("tags").EnumerateArray();
        Assert.Equal(["v2"], tags.Select(tag => tag.GetString()));
    }

    [Requirement(Level.Must, "Deleting Manifests", "DELETE of a manifest by digest answers 202; 400 or 405 where it is disabled.")]
    public async Task Delete_of_a_manifest_is_202_or_refused()
    {
        var manifest = await repository.PushImageAsync("v1");
        (await repository.DeleteAsync($"manifests/{manifest.Digest}")).Expect(HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed);
    }

    [Requirement(Level.WhenOffered, "Deleting Manifests", "A deleted manifest is 404, and so is every tag on it.")]
    public async Task Deleted_manifest_is_gone_with_its_tags()
    {
        var manifest = await repository.PushManifestAsync(await repository.PushImageAsync("v1"), "v2");
        await DeleteAsync($"manifests/{manifest.Digest}");
        foreach (var reference in new[] { manifest.Digest, "v1", "v2" })
        {
            (await repository.PullAsync(reference)).Expect(HttpStatusCode.NotFound);
        }
    }

    [Requirement(Level.Must, "Deleting Manifests", "DELETE in a repository that is not there answers 404.")]
    public async Task Delete_in_an_unknown_repository_is_404() =>
        (await repository.DeleteAsync($"manifests/{Blob.Random().Digest}")).Expect(HttpStatusCode.NotFound);

    [Requirement(Level.Must, "Deleting Manifests", "DELETE of a manifest that is not there answers 404.")]
    public async Task Delete_of_an_unknown_manifest_is_404()
    {
        await repository.PushImageAsync("v1");
        var answer = await repository.DeleteAsync($"manifests/{Blob.Random().Digest}");
        Assert.SkipWhen(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed, "Manifests cannot be deleted.");
        answer.Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.WhenOffered, "Deleting Manifests", "An index, then its manifests, then their blobs can be deleted, each gone at once.")]
    public async Task Everything_can_be_deleted_from_the_top()
    {
        var (config, layer) = (await repository.PushBlobAsync(Blob.Random()), await repository.PushBlobAsync(Blob.Random()));
        var image = await repository.PushManifestAsync(Blob.Of(Manifests.Image(config, layer)));
        var index = await repository.PushManifestAsync(Blob.Of(Manifests.Index(image)), "v1", MediaTypes.Index);
        foreach (var resource in new[] { $"manifests/{index.Digest}", $"manifests/{image.Digest}", $"blobs/{layer.Digest}", $"blobs/{config.Digest}" })
        {
            await DeleteAsync(resource);
            (await repository.HeadAsync(resource)).Expect(HttpStatusCode.NotFound);
        }
    }

    [Requirement(Level.Must, "Deleting Blobs", "DELETE of a blob answers 202; 400 or 405 where it is disabled.")]
    public async Task Delete_of_a_blob_is_202_or_refused()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        (await repository.DeleteAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed);
    }

    [Requirement(Level.WhenOffered, "Deleting Blobs", "A deleted blob is 404, here only: a repository that has it too keeps it.")]
    public async Task Deleted_blob_is_gone_here()
    {
        var (blob, other) = (Blob.Random(), registry.NewRepository());
        await repository.PushBlobAsync(blob);
        await other.PushBlobAsync(blob);
        await DeleteAsync($"blobs/{blob.Digest}");
        (await repository.HeadAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.NotFound);
        (await other.GetAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);
    }

    [Requirement(Level.Must, "Deleting Blobs", "DELETE of a blob that is not there answers 404.")]
    public async Task Delete_of_an_unknown_blob_is_404()
    {
        await repository.PushBlobAsync(Blob.Random());
        var answer = await repository.DeleteAsync($"blobs/{Blob.Random().Digest}");
        Assert.SkipWhen(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed, "Blobs cannot be deleted.");
        answer.Expect(HttpStatusCode.NotFound);
    }

    private async Task DeleteAsync(string resource)
    {
        var answer = await repository.DeleteAsync(resource);
        Assert.SkipWhen(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed, $"DELETE of {resource.Split('/')[0]} is disabled.");
        answer.Expect(HttpStatusCode.Accepted);
    }
}
