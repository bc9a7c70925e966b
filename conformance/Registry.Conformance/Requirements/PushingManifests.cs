using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Push" and "Pushing Manifests".</summary>
public sealed class PushingManifests(RegistryUnderTest registry)
{
    private const string Section = "Pushing Manifests";
    private const int FourMebibytes = 4 << 20;

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "PUT by tag answers 201 with a Location from which the manifest can be pulled.")]
    public Task Put_by_tag_answers_where_the_manifest_is() => ExpectPushedAsync(_ => "v1");

    [Requirement(Level.Must, Section, "PUT by digest answers 201 with a Location from which the manifest can be pulled.")]
    public Task Put_by_digest_answers_where_the_manifest_is() => ExpectPushedAsync(manifest => manifest.Digest);

    [Requirement(Level.Must, Section, "PUT says the manifest's digest in Docker-Content-Digest.")]
    public async Task Put_says_the_digest()
    {
        var manifest = Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())));
        (await repository.PutManifestAsync("v1", manifest.Bytes)).Expect(HttpStatusCode.Created).ExpectHeader("Docker-Content-Digest", manifest.Digest);
    }

    [Requirement(Level.Must, Section, "A manifest is stored byte for byte, with white space and fields that nobody knows.")]
    public async Task Manifest_is_stored_byte_for_byte()
    {
        var config = await repository.PushBlobAsync(Blob.Random());
        var manifest = Blob.Of(Encoding.UTF8.GetBytes($"\n {Manifests.Image(config).With("org.example.field", "ÿ")}\n\n"));
        await repository.PushManifestAsync(manifest, "v1");
        (await repository.PullAsync("v1")).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.Must, Section, "The list of blobs may be empty: a manifest without layers.")]
    public async Task Manifest_without_layers_is_accepted() =>
        await repository.PushManifestAsync(Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random()))), "v1");

    [Requirement(Level.Must, Section, "The list of blobs may be empty: an index without manifests.")]
    public Task Index_without_manifests_is_accepted() => repository.PushManifestAsync(Blob.Of(Manifests.Index()), "v1", MediaTypes.Index);

    [Requirement(Level.Must, Section, "An index of indexes is accepted.")]
    public async Task Nested_index_is_accepted()
    {
        var inner = await repository.PushManifestAsync(Blob.Of(Manifests.Index(await repository.PushImageAsync())), null, MediaTypes.Index);
        var outer = Manifests.Index().With("manifests", new JsonArray(inner.Descriptor(MediaTypes.Index)));
        await repository.PushManifestAsync(Blob.Of(outer), "v1", MediaTypes.Index);
    }

    [Requirement(Level.Must, Section, "A manifest whose config has any media type is accepted.")]
    public async Task Artifact_is_accepted()
    {
        var (config, layer) = (await repository.PushBlobAsync(Blob.Of("{}"u8.ToArray())), await repository.PushBlobAsync(Blob.Random()));
        var artifact = Manifests.Image(config.Descriptor("application/vnd.oci.empty.v1+json")).With("artifactType", MediaTypes.Example)
            .With("layers", new JsonArray(layer.Descriptor(MediaTypes.Example)));
        await repository.PushManifestAsync(Blob.Of(artifact), "v1");
    }

    [Requirement(Level.Should, Section, "Parameters of the pushed Content-Type are ignored.")]
    public async Task Parameters_of_content_type_are_ignored()
    {
        var manifest = Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())));
        (await repository.PutManifestAsync("v1", manifest.Bytes, $"{MediaTypes.Manifest}; charset=utf-8")).Expect(HttpStatusCode.Created);
        (await repository.PullAsync("v1")).Expect(HttpStatusCode.OK).ExpectHeader("Content-Type", MediaTypes.Manifest);
    }

    [Requirement(Level.Should, Section, "A manifest of almost 4 MiB is accepted.")]
    public async Task Manifest_of_4_mebibytes_is_accepted()
    {
        var manifest = Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())).With("annotations", Padding(FourMebibytes - 1024)));
        await repository.PushManifestAsync(manifest, "v1");
        (await repository.PullAsync("v1")).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    [Requirement(Level.Should, Section, "A manifest beyond the registry's limit answers 413.")]
    public async Task Manifest_beyond_the_limit_is_413()
    {
        var manifest = Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())).With("annotations", Padding(16 * FourMebibytes)));

        // Whoever refuses early may close the connection; 100-continue keeps the answer readable.
        (await repository.SendAsync(HttpMethod.Put, "manifests/v1", Repository.Bytes(manifest.Bytes, MediaTypes.Manifest), ("Expect", "100-continue")))
            .Expect(HttpStatusCode.RequestEntityTooLarge);
    }

    [Requirement(Level.Must, Section, "PUT by a digest that is not the manifest's is refused, and nothing is kept.")]
    public async Task Put_by_a_wrong_digest_is_refused()
    {
        var manifest = Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())));
        var other = Blob.Random();
        (await repository.PutManifestAsync(other.Digest, manifest.Bytes)).Expect(HttpStatusCode.BadRequest);
        (await repository.PullAsync(other.Digest)).Expect(HttpStatusCode.NotFound);
        (await repository.PullAsync(manifest.Digest)).Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.Must, Section, "GET from a repository that is not there answers 404.")]
    public async Task Pull_from_an_unknown_repository_is_404() => (await repository.PullAsync("v1")).Expect(HttpStatusCode.NotFound);

    [Requirement(Level.Must, "Push", "A manifest whose subject is not there is accepted.")]
    public async Task Missing_subject_is_accepted()
    {
        var config = await repository.PushBlobAsync(Blob.Random());
        await repository.PushManifestAsync(Blob.Of(Manifests.Image(config).With("subject", Blob.Random().Descriptor(MediaTypes.Manifest))), "v1");
    }

    [Requirement(Level.WhenOffered, "Push", "A manifest that is refused for a blob that is not there says MANIFEST_BLOB_UNKNOWN.")]
    public async Task Missing_layer_says_manifest_blob_unknown()
    {
        var config = await repository.PushBlobAsync(Blob.Random());
        ExpectManifestBlobUnknown(await repository.PutManifestAsync("v1", Blob.Of(Manifests.Image(config, Blob.Random())).Bytes));
    }

    [Requirement(Level.WhenOffered, "Push", "An index that is refused for a manifest that is not there says MANIFEST_BLOB_UNKNOWN.")]
    public async Task Missing_child_says_manifest_blob_unknown()
    {
        await repository.PushImageAsync("v1");
        ExpectManifestBlobUnknown(await repository.PutManifestAsync("v2", Blob.Of(Manifests.Index(Blob.Random())).Bytes, MediaTypes.Index));
    }

    private static void ExpectManifestBlobUnknown(Answer answer)
    {
        Assert.SkipWhen(answer.Status == HttpStatusCode.Created, "The registry takes manifests whose content is not there.");
        answer.ExpectErrorCode("MANIFEST_BLOB_UNKNOWN");
    }

    private async Task ExpectPushedAsync(Func<Blob, string> reference)
    {
        var manifest = Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())));
        var pushed = (await repository.PutManifestAsync(reference(manifest), manifest.Bytes)).Expect(HttpStatusCode.Created);
        (await registry.SendAsync(HttpMethod.Get, pushed.Location(), null, ("Accept", MediaTypes.Manifest))).Expect(HttpStatusCode.OK).ExpectBody(manifest.Bytes);
    }

    /// <summary>Annotations of about <paramref name="size"/> bytes.</summary>
    private static JsonObject Padding(int size) =>
        new(Enumerable.Range(0, size / 8192).Select(i => KeyValuePair.Create($"org.example.{i}", (JsonNode?)new string('A', 8192 - 64))));
}
