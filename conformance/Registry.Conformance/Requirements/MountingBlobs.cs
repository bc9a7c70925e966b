using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Mounting a blob from another repository".</summary>
public sealed class MountingBlobs(RegistryUnderTest registry)
{
    private const string Section = "Mounting a blob from another repository";

    private readonly Repository source = registry.NewRepository();
    private readonly Repository target = registry.NewRepository();

    [Requirement(Level.Must, Section, "A successful mount answers 201 with a Location from which the blob can be pulled.")]
    public async Task Mount_answers_where_the_blob_is()
    {
        var blob = await source.PushBlobAsync(Blob.Random());
        var mounted = await target.BeginAsync($"?mount={blob.Digest}&from={source.Name}");
        Assert.SkipWhen(mounted.Status == HttpStatusCode.Accepted, "A mount begins an upload session.");
        var location = mounted.Expect(HttpStatusCode.Created).Location();
        (await registry.SendAsync(HttpMethod.Get, location)).Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);
        (await target.HeadAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK);
    }

    [Requirement(Level.WhenOffered, Section, "Docker-Content-Digest of a mount is the blob's digest.")]
    public async Task Mount_says_the_digest()
    {
        var blob = await source.PushBlobAsync(Blob.Random());
        var mounted = await target.BeginAsync($"?mount={blob.Digest}&from={source.Name}");
        Assert.SkipWhen(mounted.Status == HttpStatusCode.Accepted, "A mount begins an upload session.");
        mounted.Expect(HttpStatusCode.Created).ExpectHeader("Docker-Content-Digest", blob.Digest);
    }

    [Requirement(Level.WhenOffered, Section, "A mount without 'from' finds the blob in another repository.")]
    public async Task Mount_without_from_finds_the_blob()
    {
        var blob = await source.PushBlobAsync(Blob.Random());
        var mounted = await target.BeginAsync($"?mount={blob.Digest}");
        Assert.SkipWhen(mounted.Status == HttpStatusCode.Accepted, "A mount without 'from' begins an upload session.");
        (await registry.SendAsync(HttpMethod.Get, mounted.Expect(HttpStatusCode.Created).Location())).Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);
    }

    [Requirement(Level.Should, Section, "A mount that cannot be made answers 202 and begins an upload session.")]
    public async Task Mount_of_an_unknown_blob_begins_an_upload()
    {
        await source.PushBlobAsync(Blob.Random());
        var blob = Blob.Random();
        var location = (await target.BeginAsync($"?mount={blob.Digest}&from={source.Name}")).Expect(HttpStatusCode.Accepted).Location();
        (await target.CloseAsync(location, blob.Digest, blob.Bytes)).Expect(HttpStatusCode.Created);
        (await target.HeadAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK);
    }

    [Requirement(Level.Should, Section, "A mount from a repository that is not there answers 202 and begins an upload session.")]
    public async Task Mount_from_an_unknown_repository_begins_an_upload() =>
        (await target.BeginAsync($"?mount={Blob.Random().Digest}&from={source.Name}")).Expect(HttpStatusCode.Accepted).Location();
}
