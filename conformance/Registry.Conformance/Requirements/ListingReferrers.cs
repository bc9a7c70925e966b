using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Pushing Manifests with Subject", "Listing Referrers" and "Enabling the Referrers API".</summary>
public sealed class ListingReferrers(RegistryUnderTest registry)
{
    private const string Section = "Listing Referrers";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, "Pushing Manifests with Subject", "PUT of a manifest with a subject says the subject's digest in OCI-Subject.")]
    public async Task Put_says_the_subject()
    {
        var (subject, config) = (await repository.PushImageAsync("v1"), await repository.PushBlobAsync(Blob.Random()));
        (await repository.PutManifestAsync("r", Blob.Of(About(subject, config)).Bytes)).Expect(HttpStatusCode.Created).ExpectHeader("OCI-Subject", subject.Digest);
    }

    [Requirement(Level.Must, "Pushing Manifests with Subject", "PUT of an index with a subject says the subject's digest in OCI-Subject.")]
    public async Task Put_of_an_index_says_the_subject()
    {
        var subject = await repository.PushImageAsync("v1");
        var index = Blob.Of(Manifests.Index().With("subject", subject.Descriptor(MediaTypes.Manifest)));
        (await repository.PutManifestAsync("r", index.Bytes, MediaTypes.Index)).Expect(HttpStatusCode.Created).ExpectHeader("OCI-Subject", subject.Digest);
    }

    [Requirement(Level.Must, Section, "The list answers 200 with an OCI image index.")]
    public async Task List_is_an_index()
    {
        var answer = await ListAsync(await repository.PushImageAsync("v1"));
        answer.ExpectHeader("Content-Type", MediaTypes.Index);
        if (answer.Json.GetProperty("schemaVersion").GetInt32() != 2 || answer.Json.GetProperty("mediaType").GetString() != MediaTypes.Index)
        {
            throw answer.Unexpected("schemaVersion 2 and the media type of an image index");
        }
    }

    [Requirement(Level.Must, Section, "The list of a digest without referrers, or that is not there, is empty; never 404.")]
    public async Task Unknown_digest_has_no_referrers()
    {
        var answer = await ListAsync(Blob.Random());
        if (answer.Json.GetProperty("manifests").GetArrayLength() != 0)
        {
            throw answer.Unexpected("no manifests");
        }
    }

    [Requirement(Level.Must, Section, "The list of a digest that is none answers 400.")]
    public async Task Malformed_digest_is_400() => (await repository.GetAsync("referrers/sha256:baddigeststring")).Expect(HttpStatusCode.BadRequest);

    [Requirement(Level.Must, Section, "A referrer is listed with its media type, size and digest.")]
    public async Task Referrer_is_listed()
    {
        var subject = await repository.PushImageAsync("v1");
        var referrer = await PushReferrerAsync(subject);
        var entry = await OnlyEntryAsync(subject);
        Assert.Equal((MediaTypes.Manifest, referrer.Bytes.Length, referrer.Digest), (Text(entry, "mediaType"), entry.GetProperty("size").GetInt32(), Text(entry, "digest")));
    }

    [Requirement(Level.Must, Section, "artifactType of an entry is the manifest's.")]
    public async Task Artifact_type_is_the_manifests()
    {
        var subject = await repository.PushImageAsync("v1");
        await PushReferrerAsync(subject, MediaTypes.Example);
        Assert.Equal(MediaTypes.Example, Text(await OnlyEntryAsync(subject), "artifactType"));
    }

    [Requirement(Level.Must, Section, "artifactType of an entry is the config's media type where the manifest has none.")]
    public async Task Artifact_type_may_be_the_configs()
    {
        var subject = await repository.PushImageAsync("v1");
        await PushReferrerAsync(subject);
        Assert.Equal(MediaTypes.Config, Text(await OnlyEntryAsync(subject), "artifactType"));
    }

    [Requirement(Level.Must, Section, "An index with a subject is listed; without artifactType where it has none.")]
    public async Task Index_is_listed_without_artifact_type()
    {
        var subject = await repository.PushImageAsync("v1");
        await repository.PushManifestAsync(Blob.Of(Manifests.Index().With("subject", subject.Descriptor(MediaTypes.Manifest))), null, MediaTypes.Index);
        var entry = await OnlyEntryAsync(subject);
        Assert.Equal((MediaTypes.Index, null), (Text(entry, "mediaType"), Text(entry, "artifactType")));
    }

    [Requirement(Level.Must, Section, "artifactType of an index with one is listed.")]
    public async Task Artifact_type_of_an_index_is_listed()
    {
        var subject = await repository.PushImageAsync("v1");
        var index = Manifests.Index().With("subject", subject.Descriptor(MediaTypes.Manifest)).With("artifactType", MediaTypes.Example);
        await repository.PushManifestAsync(Blob.Of(index), null, MediaTypes.Index);
        Assert.Equal(MediaTypes.Example, Text(await OnlyEntryAsync(subject), "artifactType"));
    }

    [Requirement(Level.Must, Section, "The annotations of a referrer are in its entry.")]
    public async Task Annotations_are_listed()
    {
        var (subject, config) = (await repository.PushImageAsync("v1"), await repository.PushBlobAsync(Blob.Random()));
        var annotations = new JsonObject { ["org.example.a"] = "1", ["org.example.b"] = "ä" };
        await repository.PushManifestAsync(Blob.Of(About(subject, config).With("annotations", annotations)));
        var entry = await OnlyEntryAsync(subject);
        Assert.True(entry.TryGetProperty("annotations", out var listed) && JsonNode.DeepEquals(JsonObject.Create(listed), annotations), entry.ToString());
    }

    [Requirement(Level.Must, Section, "A manifest pushed before its subject is listed.")]
    public async Task Referrer_of_a_missing_subject_is_listed()
    {
        var subject = Blob.Random();
        var referrer = await PushReferrerAsync(subject);
        Assert.Equal(referrer.Digest, Text(await OnlyEntryAsync(subject), "digest"));
    }

    [Requirement(Level.Must, Section, "Referrers in other repositories are not listed.")]
    public async Task Other_repositories_are_not_listed()
    {
        var subject = await repository.PushImageAsync("v1");
        var other = registry.NewRepository();
        await other.PushManifestAsync(Blob.Of(About(subject, await other.PushBlobAsync(Blob.Random()))));
        Assert.Empty(await EntriesAsync(subject));
    }

    [Requirement(Level.Must, "Deleting Manifests", "A referrer that was deleted is not listed.")]
    public async Task Deleted_referrer_is_not_listed()
    {
        var subject = await repository.PushImageAsync("v1");
        var referrer = await PushReferrerAsync(subject);
        await OnlyEntryAsync(subject);
        (await repository.DeleteAsync($"manifests/{referrer.Digest}")).Expect(HttpStatusCode.Accepted);
        Assert.Empty(await EntriesAsync(subject));
    }

    [Requirement(Level.Should, Section, "artifactType filters the list, and OCI-Filters-Applied says so.")]
    public async Task Filter_by_artifact_type()
    {
        var subject = await repository.PushImageAsync("v1");
        var wanted = await PushReferrerAsync(subject, MediaTypes.Example);
        await PushReferrerAsync(subject, MediaTypes.Example + ".other");
        var answer = (await ListAsync(subject, $"?artifactType={Uri.EscapeDataString(MediaTypes.Example)}")).ExpectHeader("OCI-Filters-Applied", "artifactType");
        Assert.Equal([wanted.Digest], answer.Json.GetProperty("manifests").EnumerateArray().Select(entry => Text(entry, "digest")));
    }

    [Requirement(Level.Must, Section, "A filter that nothing matches answers 200 and an empty list.")]
    public async Task Filter_without_a_match_is_empty()
    {
        var subject = await repository.PushImageAsync("v1");
        await PushReferrerAsync(subject);
        var answer = await ListAsync(subject, "?artifactType=application/vnd.example.nothing");
        Assert.SkipWhen(answer.Header("OCI-Filters-Applied") is null, "The registry does not filter.");
        Assert.Empty(answer.Json.GetProperty("manifests").EnumerateArray());
    }

    [Requirement(Level.Must, "Enabling the Referrers API", "A referrer that a client lists by the referrers tag schema too is listed, once.")]
    public async Task Referrer_of_the_tag_schema_is_listed()
    {
        var subject = await repository.PushImageAsync("v1");
        var referrer = await PushReferrerAsync(subject);
        await repository.PushManifestAsync(Blob.Of(Manifests.Index(referrer)), subject.Digest.Replace(':', '-'), MediaTypes.Index);
        Assert.Equal(referrer.Digest, Text(await OnlyEntryAsync(subject), "digest"));
    }

    [Requirement(Level.Must, Section, "A list that is cut leads on with Link: every referrer is listed, once.")]
    public async Task Every_referrer_is_listed_once()
    {
        var subject = await repository.PushImageAsync("v1");
        var referrers = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            referrers.Add((await PushReferrerAsync(subject)).Digest);
        }

        Assert.Equal(referrers.Order(StringComparer.Ordinal), (await EntriesAsync(subject)).Select(entry => Text(entry, "digest")).Order(StringComparer.Ordinal));
    }

    private static JsonObject About(Blob subject, Blob config) => Manifests.Image(config).With("subject", subject.Descriptor(MediaTypes.Manifest));

    private async Task<Blob> PushReferrerAsync(Blob subject, string? artifactType = null)
    {
        var manifest = About(subject, await repository.PushBlobAsync(Blob.Random()));
        return await repository.PushManifestAsync(Blob.Of(artifactType is null ? manifest : manifest.With("artifactType", artifactType)));
    }

    private async Task<Answer> ListAsync(Blob subject, string query = "") => (await repository.GetAsync($"referrers/{subject.Digest}{query}")).Expect(HttpStatusCode.OK);

    private async Task<JsonElement> OnlyEntryAsync(Blob subject) => Assert.Single(await EntriesAsync(subject));

    private async Task<IReadOnlyList<JsonElement>> EntriesAsync(Blob subject)
    {
        var answer = await ListAsync(subject);
        var entries = answer.Json.GetProperty("manifests").EnumerateArray().ToList();
        while (Links.Next(answer) is { } next)
        {
            answer = (await registry.SendAsync(HttpMethod.Get, next)).Expect(HttpStatusCode.OK);
            entries.AddRange(answer.Json.GetProperty("manifests").EnumerateArray());
        }

        return entries;
    }

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) ? value.GetString() : null;
}
