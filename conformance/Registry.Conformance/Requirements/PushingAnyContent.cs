using System.Net;
using System.Text.Json.Nodes;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Pushing Manifests": a registry is agnostic of content. Each kind goes the whole way: push, pull, delete.</summary>
public sealed class PushingAnyContent(RegistryUnderTest registry)
{
    private const string Section = "Pushing Manifests (any content)";
    private const string NonDistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "Descriptors may have a data field.")]
    public async Task Data_field()
    {
        var (config, layer) = (Blob.Random(), Blob.Random(100));
        var image = Manifests.Image(config.Descriptor(MediaTypes.Config).With("data", Convert.ToBase64String(config.Bytes)))
            .With("layers", new JsonArray(layer.Descriptor(MediaTypes.Layer).With("data", Convert.ToBase64String(layer.Bytes))));
        await GoThroughAsync([config, layer], (Blob.Of(image), MediaTypes.Manifest));
    }

    [Requirement(Level.Must, Section, "Manifests and indexes may have fields that no specification knows.")]
    public async Task Custom_fields()
    {
        var config = Blob.Of(new JsonObject { ["org.example.config"] = true });
        var image = Blob.Of(Manifests.Image(config).With("org.example.manifest", new JsonArray(1, "2")));
        await GoThroughAsync([config], (image, MediaTypes.Manifest), (Blob.Of(Manifests.Index(image).With("org.example.index", "x")), MediaTypes.Index));
    }

    [Requirement(Level.Must, Section, "An index may have an artifactType, and its manifests may be artifacts.")]
    public async Task Index_of_artifacts()
    {
        var empty = Blob.Of("{}"u8.ToArray());
        var artifact = Blob.Of(Manifests.Image(empty.Descriptor("application/vnd.oci.empty.v1+json"))
            .With("artifactType", MediaTypes.Example).With("layers", new JsonArray(empty.Descriptor("application/vnd.oci.empty.v1+json"))));
        await GoThroughAsync([empty], (artifact, MediaTypes.Manifest), (Blob.Of(Manifests.Index(artifact).With("artifactType", MediaTypes.Example)), MediaTypes.Index));
    }

    [Requirement(Level.WhenOffered, Section, "A non-distributable layer need not be there.")]
    public async Task Non_distributable_layer()
    {
        var config = Blob.Random();
        var layer = Blob.Random().Descriptor(NonDistributable).With("urls", new JsonArray("https://store.example.com/layer"));
        await GoThroughAsync([config], (Blob.Of(Manifests.Image(config).With("layers", new JsonArray(layer))), MediaTypes.Manifest));
    }

    [Requirement(Level.WhenOffered, Section, "An index, its manifests and their blobs may all have sha512 digests.")]
    public async Task Everything_by_sha512()
    {
        var (config, layer) = (Blob.Random512(), Blob.Random512());
        var image = Blob.Of512(Manifests.Image(config, layer));
        await GoThroughAsync([config, layer], (image, MediaTypes.Manifest), (Blob.Of512(Manifests.Index(image)), MediaTypes.Index));
    }

    /// <summary>Pushes from the bottom, pulls, and deletes from the top.</summary>
    private async Task GoThroughAsync(Blob[] blobs, params (Blob Manifest, string MediaType)[] manifests)
    {
        foreach (var blob in blobs)
        {
            var pushed = await repository.CloseAsync(await repository.BeginUploadAsync(), blob.Digest, blob.Bytes);
            Assert.SkipWhen(pushed.Status == HttpStatusCode.BadRequest, "The registry refuses such a digest.");
            pushed.Expect(HttpStatusCode.Created).ExpectHeader("Docker-Content-Digest", blob.Digest);
        }

        foreach (var (manifest, mediaType) in manifests)
        {
            var pushed = await repository.PutManifestAsync(manifest.Digest, manifest.Bytes, mediaType);
            Assert.SkipWhen(pushed.Status == HttpStatusCode.NotFound && pushed.ErrorCodes().Contains("MANIFEST_BLOB_UNKNOWN"), "The registry wants every layer.");
            pushed.Expect(HttpStatusCode.Created).ExpectHeader("Docker-Content-Digest", manifest.Digest);
            (await repository.PullAsync(manifest.Digest)).Expect(HttpStatusCode.OK).ExpectHeader("Content-Type", mediaType)
                .ExpectHeader("Docker-Content-Digest", manifest.Digest).ExpectBody(manifest.Bytes);
        }

        foreach (var resource in manifests.Select(m => $"manifests/{m.Manifest.Digest}").Reverse().Concat(blobs.Select(blob => $"blobs/{blob.Digest}")))
        {
            (await repository.DeleteAsync(resource)).Expect(HttpStatusCode.Accepted, HttpStatusCode.BadRequest, HttpStatusCode.MethodNotAllowed);
        }
    }
}
