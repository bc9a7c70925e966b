using Registry.Api.Tests.Serving;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class DeleteTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task A_tag_is_gone_at_once_and_its_manifest_stays()
    {
        var image = await repository.PushImageAsync("v1");
        (await repository.DeleteAsync("manifests/v1")).Expect(202);
        (await repository.GetAsync("manifests/v1")).ExpectError(404, "MANIFEST_UNKNOWN");
        (await repository.HeadAsync("manifests/v1")).Expect(404);
        Assert.Empty((await repository.GetAsync("tags/list")).Strings("tags"));
        (await repository.GetAsync($"manifests/{image.Digest}")).ExpectBody(image.Bytes);
        (await repository.DeleteAsync("manifests/v1")).ExpectError(404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task A_manifest_is_gone_at_once_with_its_tags_and_as_a_referrer()
    {
        var subject = await repository.PushImageAsync("v1");
        var signature = await repository.PushManifestAsync("sig", await repository.NewImageAsync($"\"subject\":{subject.As(MediaTypes.OciManifest)},"));
        (await repository.DeleteAsync($"manifests/{signature.Digest}")).Expect(202);
        (await repository.GetAsync($"manifests/{signature.Digest}")).ExpectError(404, "MANIFEST_UNKNOWN");
        (await repository.GetAsync("manifests/sig")).ExpectError(404, "MANIFEST_UNKNOWN");
        Assert.Equal(["v1"], (await repository.GetAsync("tags/list")).Strings("tags"));
        Assert.Equal(0, (await repository.GetAsync($"referrers/{subject.Digest}")).Json.GetProperty("manifests").GetArrayLength());
    }

    [Fact]
    public async Task A_blob_is_gone_at_once_here_and_stays_elsewhere()
    {
        var other = registry.NewRepository();
        var blob = await repository.PushRandomAsync();
        await other.PushAsync(blob);
        (await repository.DeleteAsync($"blobs/{blob.Digest}")).Expect(202);
        (await repository.GetAsync($"blobs/{blob.Digest}")).ExpectError(404, "BLOB_UNKNOWN");
        (await repository.HeadAsync($"blobs/{blob.Digest}")).Expect(404);
        (await repository.DeleteAsync($"blobs/{blob.Digest}")).ExpectError(404, "BLOB_UNKNOWN");
        (await repository.PutAsync("v1", Content.Image(blob))).ExpectError(404, "MANIFEST_BLOB_UNKNOWN");
        (await other.GetAsync($"blobs/{blob.Digest}")).ExpectBody(blob.Bytes);
    }

    [Fact]
    public async Task A_blob_in_use_cannot_be_deleted_and_the_answer_says_by_what()
    {
        var layer = await repository.PushRandomAsync();
        var image = await repository.PushManifestAsync("v1", Content.Image(layer));
        var refused = (await repository.DeleteAsync($"blobs/{layer.Digest}")).ExpectError(405, "UNSUPPORTED");
        Assert.Contains(image.Digest, refused.Message, StringComparison.Ordinal);
        (await repository.GetAsync($"blobs/{layer.Digest}")).ExpectBody(layer.Bytes);
        (await repository.DeleteAsync($"manifests/{image.Digest}")).Expect(202);
        (await repository.DeleteAsync($"blobs/{layer.Digest}")).Expect(202);
    }

    [Fact]
    public async Task A_part_of_an_index_cannot_be_deleted_before_it()
    {
        var child = await repository.PushImageAsync("child");
        var index = await repository.PushManifestAsync("multi", Content.Index(child.As(MediaTypes.OciManifest)), MediaTypes.OciIndex);
        var refused = (await repository.DeleteAsync($"manifests/{child.Digest}")).ExpectError(405, "UNSUPPORTED");
        Assert.Contains(index.Digest, refused.Message, StringComparison.Ordinal);
        (await repository.DeleteAsync("manifests/child")).Expect(202);
        (await repository.DeleteAsync($"manifests/{index.Digest}")).Expect(202);
        (await repository.DeleteAsync($"manifests/{child.Digest}")).Expect(202);
    }

    [Theory]
    [InlineData("manifests/sha256:zz", 400, "DIGEST_INVALID")]
    [InlineData("manifests/-", 400, "NAME_INVALID")]
    [InlineData("blobs/latest", 400, "DIGEST_INVALID")]
    [InlineData("blobs/uploads/0123", 404, "BLOB_UPLOAD_UNKNOWN")]
    public async Task What_cannot_be_there_is_refused(string path, int status, string code) => (await repository.DeleteAsync(path)).ExpectError(status, code);
}
