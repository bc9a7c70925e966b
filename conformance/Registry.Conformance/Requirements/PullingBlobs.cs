using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Pulling blobs"; ranges are RFC 9110, section 14.</summary>
public sealed class PullingBlobs(RegistryUnderTest registry)
{
    private const string Section = "Pulling blobs";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "GET of an existing blob answers 200 and the blob.")]
    public async Task Get_answers_the_blob()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);
    }

    [Requirement(Level.Must, Section, "GET of an empty blob answers 200 and no bytes.")]
    public async Task Get_answers_the_empty_blob()
    {
        var blob = await repository.PushBlobAsync(Blob.Of(Array.Empty<byte>()));
        (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectBody([]);
    }

    [Requirement(Level.Must, Section, "A successful GET says the blob's digest in Docker-Content-Digest, matching the body.")]
    public async Task Get_says_the_digest()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.OK).ExpectHeader("Docker-Content-Digest", blob.Digest);
    }

    [Requirement(Level.Must, Section, "GET of a blob that is not there answers 404.")]
    public async Task Unknown_blob_is_404()
    {
        await repository.PushBlobAsync(Blob.Random());
        (await repository.GetAsync($"blobs/{Blob.Random().Digest}")).Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.Must, Section, "A blob of another repository answers 404.")]
    public async Task Blob_of_another_repository_is_404()
    {
        var blob = await registry.NewRepository().PushBlobAsync(Blob.Random());
        await repository.PushBlobAsync(Blob.Random());
        (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(HttpStatusCode.NotFound);
    }

    [Requirement(Level.Should, Section, "Range: first and last byte.")]
    public Task Range_of_first_and_last() => ExpectRangeAsync("bytes=500-1499", 500, 1499);

    [Requirement(Level.Should, Section, "Range: from a byte to the end.")]
    public Task Range_with_open_end() => ExpectRangeAsync("bytes=500-", 500, 2047);

    [Requirement(Level.Should, Section, "Range: the last bytes.")]
    public Task Range_of_a_suffix() => ExpectRangeAsync("bytes=-500", 1548, 2047);

    [Requirement(Level.Should, Section, "Range: a last byte beyond the end means the end.")]
    public Task Range_beyond_the_end() => ExpectRangeAsync("bytes=2000-5000", 2000, 2047);

    [Requirement(Level.Should, Section, "Range: outside of the blob answers 416.")]
    public async Task Range_outside_is_416()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        (await repository.GetAsync($"blobs/{blob.Digest}", ("Range", "bytes=5000-10000"))).Expect(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Requirement(Level.Should, Section, "Range: a last byte before the first is not taken for the whole blob.")]
    public async Task Backward_range_is_416()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        (await repository.GetAsync($"blobs/{blob.Digest}", ("Range", "bytes=500-0"))).Expect(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Requirement(Level.Should, Section, "Range: If-Range about other content answers the whole blob.")]
    public async Task If_range_about_other_content_answers_the_whole()
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        var answer = await repository.GetAsync($"blobs/{blob.Digest}", ("Range", "bytes=500-1499"), ("If-Range", "\"something-else\""));
        answer.Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);
    }

    private async Task ExpectRangeAsync(string range, int first, int last)
    {
        var blob = await repository.PushBlobAsync(Blob.Random());
        var answer = (await repository.GetAsync($"blobs/{blob.Digest}", ("Range", range))).Expect(HttpStatusCode.PartialContent);
        answer.ExpectBody(blob.Bytes.AsSpan(first, last - first + 1));
        if (answer.Header("Content-Range") is not { } shown || (shown != $"bytes {first}-{last}/2048" && shown != $"bytes {first}-{last}/*"))
        {
            throw answer.Unexpected($"Content-Range: bytes {first}-{last}/2048");
        }
    }
}
