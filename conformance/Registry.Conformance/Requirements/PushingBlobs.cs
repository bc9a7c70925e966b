using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Pushing blobs": "POST then PUT" and "Single POST".</summary>
public sealed class PushingBlobs(RegistryUnderTest registry)
{
    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, "POST then PUT", "POST answers 202 with a Location.")]
    public async Task Post_answers_a_location() => (await repository.BeginAsync()).Expect(HttpStatusCode.Accepted).Location();

    [Requirement(Level.Must, "POST then PUT", "Uploads that run at the same time do not disturb each other.")]
    public async Task Concurrent_uploads_work()
    {
        var (first, second) = (Blob.Random(), Blob.Random());
        var locations = (First: await repository.BeginUploadAsync(), Second: await repository.BeginUploadAsync());
        (await repository.CloseAsync(locations.Second, second.Digest, second.Bytes)).Expect(HttpStatusCode.Created);
        (await repository.CloseAsync(locations.First, first.Digest, first.Bytes)).Expect(HttpStatusCode.Created);
        (await repository.GetAsync($"blobs/{first.Digest}")).Expect(HttpStatusCode.OK).ExpectBody(first.Bytes);
        (await repository.GetAsync($"blobs/{second.Digest}")).Expect(HttpStatusCode.OK).ExpectBody(second.Bytes);
    }

    [Requirement(Level.Must, "POST then PUT", "PUT answers 201 with a Location from which the blob can be pulled.")]
    public async Task Put_answers_where_the_blob_is()
    {
        var blob = Blob.Random();
        var pushed = (await repository.CloseAsync(await repository.BeginUploadAsync(), blob.Digest, blob.Bytes)).Expect(HttpStatusCode.Created);
        (await registry.SendAsync(HttpMethod.Get, pushed.Location())).Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);
    }

    [Requirement(Level.Must, "Single POST", "A POST with the bytes answers 201 with a Location from which the blob can be pulled; SHOULD: 202 where it is not supported.")]
    public async Task Single_post_works_or_begins_an_upload()
    {
        var blob = Blob.Random();
        var pushed = (await repository.PostWholeAsync(blob.Digest, blob.Bytes)).Expect(HttpStatusCode.Created, HttpStatusCode.Accepted);
        if (pushed.Status == HttpStatusCode.Accepted)
        {
            pushed = (await repository.CloseAsync(pushed.Location(), blob.Digest, blob.Bytes)).Expect(HttpStatusCode.Created);
        }

        (await registry.SendAsync(HttpMethod.Get, pushed.Location())).Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);
    }

    [Requirement(Level.WhenOffered, "Single POST", "A single POST stores the blob without a further request.")]
    public async Task Single_post_needs_no_put()
    {
        var blob = Blob.Random();
        var pushed = await repository.PostWholeAsync(blob.Digest, blob.Bytes);
        Assert.SkipWhen(pushed.Status == HttpStatusCode.Accepted, "A POST with the bytes begins an upload session.");
        pushed.Expect(HttpStatusCode.Created);
    }

    [Requirement(Level.Should, "Pushing blobs", "POST then PUT: a digest that is not the content's answers 400, and nothing is kept.")]
    public async Task Put_with_a_wrong_digest_is_400()
    {
        var (blob, other) = (Blob.Random(), Blob.Random());
        (await repository.CloseAsync(await repository.BeginUploadAsync(), other.Digest, blob.Bytes)).Expect(HttpStatusCode.BadRequest);
        await ExpectNothingKeptAsync(blob, other);
    }

    [Requirement(Level.Should, "Pushing blobs", "Single POST: a digest that is not the content's answers 400, and nothing is kept.")]
    public async Task Single_post_with_a_wrong_digest_is_400()
    {
        var (blob, other) = (Blob.Random(), Blob.Random());
        var answer = await repository.PostWholeAsync(other.Digest, blob.Bytes);
        Assert.SkipWhen(answer.Status == HttpStatusCode.Accepted, "A POST with the bytes begins an upload session.");
        answer.Expect(HttpStatusCode.BadRequest);
        await ExpectNothingKeptAsync(blob, other);
    }

    [Requirement(Level.Should, "Pushing blobs", "Chunked: a digest that is not the content's answers 400, and nothing is kept.")]
    public async Task Chunked_with_a_wrong_digest_is_400()
    {
        var (blob, other) = (Blob.Random(), Blob.Random());
        var location = (await repository.PatchAsync(await repository.BeginUploadAsync(), blob.Bytes, "0-2047")).Expect(HttpStatusCode.Accepted).Location();
        (await repository.CloseAsync(location, other.Digest, [])).Expect(HttpStatusCode.BadRequest);
        await ExpectNothingKeptAsync(blob, other);
    }

    [Requirement(Level.Should, "Pushing blobs", "A digest that is none answers 400.")]
    public async Task Malformed_digest_is_400()
    {
        foreach (var digest in new[] { "sha256:baddigeststring", "nonsense", "" })
        {
            (await repository.CloseAsync(await repository.BeginUploadAsync(), digest, Blob.Random().Bytes)).Expect(HttpStatusCode.BadRequest);
        }
    }

    [Requirement(Level.Should, "Pushing blobs", "A digest with an algorithm that is not supported answers 400.")]
    public async Task Unsupported_algorithm_is_400() =>
        (await repository.CloseAsync(await repository.BeginUploadAsync(), "md5:d41d8cd98f00b204e9800998ecf8427e", [])).Expect(HttpStatusCode.BadRequest);

    private async Task ExpectNothingKeptAsync(params Blob[] blobs)
    {
        foreach (var blob in blobs)
        {
            (await repository.HeadAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.NotFound);
        }
    }
}
