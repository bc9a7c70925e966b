using System.Globalization;
using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Checking if content exists in the registry".</summary>
public sealed class CheckingExistence(RegistryUnderTest registry)
{
    private const string Section = "Checking if content exists in the registry";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "HEAD of an existing manifest by tag answers 200.")]
    public async Task Head_by_tag_answers_200()
    {
        await repository.PushImageAsync("v1");
        (await repository.HeadManifestAsync("v1")).Expect(HttpStatusCode.OK).ExpectBody([]);
    }

    [Requirement(Level.Must, Section, "HEAD of an existing manifest by digest answers 200.")]
    public async Task Head_by_digest_answers_200()
    {
        var manifest = await repository.PushImageAsync();
        (await repository.HeadManifestAsync(manifest.Digest)).Expect(HttpStatusCode.OK).ExpectBody([]);
    }

    [Requirement(Level.Must, Section, "HEAD of a manifest says its digest in Docker-Content-Digest.")]
    public async Task Head_of_a_manifest_says_the_digest()
    {
        var manifest = await repository.PushImageAsync("v1");
        (await repository.HeadManifestAsync("v1")).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", manifest.Digest);
    }

    [Requirement(Level.Must, Section, "HEAD of a manifest says its size in Content-Length.")]
    public async Task Head_of_a_manifest_says_the_size()
    {
        var manifest = await repository.PushImageAsync("v1");
        (await repository.HeadManifestAsync("v1")).Expect(HttpStatusCode.OK).ExpectHeader("Content-Length", Text(manifest.Bytes.Length));
    }

    [Requirement(Level.Must, Section, "HEAD of an existing blob answers 200.")]
    public async Task Head_of_a_blob_answers_200()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        (await repository.HeadAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectBody([]);
    }

    [Requirement(Level.Must, Section, "HEAD of a blob says its digest in Docker-Content-Digest.")]
    public async Task Head_of_a_blob_says_the_digest()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        (await repository.HeadAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", blob.Digest);
    }

    [Requirement(Level.Must, Section, "HEAD of a blob says its size in Content-Length.")]
    public async Task Head_of_a_blob_says_the_size()
    {
        var blob = await repository.PushBlobAsync(Blob.Random(1234));
        (await repository.HeadAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectHeader("Content-Length", "1234");
    }

    [Requirement(Level.Must, Section, "HEAD of a manifest that is not there answers 404.")]
    public async Task Head_of_an_unknown_manifest_is_404()
    {
        await repository.PushImageAsync("v1");
        (await repository.HeadManifestAsync("v2")).Expect(HttpStatusCode.NotFound);
        (await repository.HeadManifestAsync(Blob.Random().Digest)).Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.Must, Section, "HEAD of a blob that is not there answers 404.")]
    public async Task Head_of_an_unknown_blob_is_404()
    {
        await repository.PushBlobAsync(Blob.Random());
        (await repository.HeadAsync($"blobs/{Blob.Random().Digest}")).Expect(HttpStatusCode.NotFound);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
