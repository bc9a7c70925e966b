using System.Globalization;
using System.Net;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Pushing a blob in chunks" and "Cancel a blob upload".</summary>
public sealed class PushingInChunks(RegistryUnderTest registry)
{
    private const string Section = "Pushing a blob in chunks";

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "PATCH answers 202 with a Location and, in Range, the last byte that is there.")]
    public async Task Patch_answers_location_and_range()
    {
        var (chunk, size) = (Blob.Random(await ChunkSizeAsync()), await ChunkSizeAsync());
        var first = (await repository.PatchAsync(await repository.BeginUploadAsync(), chunk.Bytes, Range(0, size))).Expect(HttpStatusCode.Accepted);
        first.ExpectHeader("Range", Range(0, size));
        (await repository.PatchAsync(first.Location(), chunk.Bytes, Range(size, size))).Expect(HttpStatusCode.Accepted).ExpectHeader("Range", Range(0, 2 * size));
    }

    [Requirement(Level.Must, Section, "The closing PUT answers 201 with a Location from which the whole blob can be pulled.")]
    public async Task Close_after_chunks_answers_where_the_blob_is()
    {
        var size = await ChunkSizeAsync();
        var blob = Blob.Random(2 * size);
        var location = await PushFirstHalfAsync(blob, size);
        location = (await repository.PatchAsync(location, blob.Bytes[size..], Range(size, size))).Expect(HttpStatusCode.Accepted).Location();
        await ExpectClosedAsync(await repository.CloseAsync(location, blob.Digest, []), blob);
    }

    [Requirement(Level.Must, Section, "The last chunk may come with the closing PUT.")]
    public async Task Last_chunk_may_come_with_the_put()
    {
        var size = await ChunkSizeAsync();
        var blob = Blob.Random(size + 100);
        await ExpectClosedAsync(await repository.CloseAsync(await PushFirstHalfAsync(blob, size), blob.Digest, blob.Bytes[size..], Range(size, 100)), blob);
    }

    [Requirement(Level.Must, Section, "A PATCH without Content-Range (a stream) answers 202, and the blob is whole.")]
    public async Task Streamed_patch_works()
    {
        var blob = Blob.Random();
        var location = (await repository.PatchAsync(await repository.BeginUploadAsync(), blob.Bytes)).Expect(HttpStatusCode.Accepted).Location();
        await ExpectClosedAsync(await repository.CloseAsync(location, blob.Digest, []), blob);
    }

    [Requirement(Level.Must, Section, "A PATCH out of order answers 416.")]
    public async Task Patch_out_of_order_is_416()
    {
        var size = await ChunkSizeAsync();
        var blob = Blob.Random(3 * size);
        var location = await PushFirstHalfAsync(blob, size);
        (await repository.PatchAsync(location, blob.Bytes[(2 * size)..], Range(2 * size, size))).Expect(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Requirement(Level.Must, Section, "A first chunk that does not begin with 0 answers 416, and the upload can be finished.")]
    public async Task First_chunk_begins_with_0()
    {
        var size = await ChunkSizeAsync();
        var blob = Blob.Random(2 * size);
        var location = await repository.BeginUploadAsync();
        (await repository.PatchAsync(location, blob.Bytes[size..], Range(size, size))).Expect(HttpStatusCode.RequestedRangeNotSatisfiable);
        location = (await repository.StatusAsync(location)).Expect(HttpStatusCode.NoContent).Location();
        await ExpectClosedAsync(await repository.CloseAsync(location, blob.Digest, blob.Bytes, Range(0, 2 * size)), blob);
    }

    [Requirement(Level.Must, Section, "A closing PUT with a chunk out of order answers 416.")]
    public async Task Close_out_of_order_is_416()
    {
        var size = await ChunkSizeAsync();
        var blob = Blob.Random(3 * size);
        var location = await PushFirstHalfAsync(blob, size);
        (await repository.CloseAsync(location, blob.Digest, blob.Bytes[(2 * size)..], Range(2 * size, size))).Expect(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Requirement(Level.Must, Section, "GET of the session answers 204 with a Location and, in Range, the last byte that is there.")]
    public async Task Status_answers_location_and_range()
    {
        var size = await ChunkSizeAsync();
        var blob = Blob.Random(2 * size);
        var status = (await repository.StatusAsync(await PushFirstHalfAsync(blob, size))).Expect(HttpStatusCode.NoContent).ExpectHeader("Range", Range(0, size));
        await ExpectClosedAsync(await repository.CloseAsync(status.Location(), blob.Digest, blob.Bytes[size..], Range(size, size)), blob);
    }

    [Requirement(Level.Must, Section, "GET of a session without bytes answers 204 with a Location and a Range that begins with 0.")]
    public async Task Status_without_bytes_has_a_range()
    {
        var status = (await repository.StatusAsync(await repository.BeginUploadAsync())).Expect(HttpStatusCode.NoContent);
        status.Location();
        if (status.Header("Range") is not { } range || !range.StartsWith("0-", StringComparison.Ordinal) || !int.TryParse(range[2..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
        {
            throw status.Unexpected("Range: 0-<end>");
        }
    }

    [Requirement(Level.Must, Section, "After 416, GET of the session says where to go on, and the upload can be finished.")]
    public async Task Upload_goes_on_after_416()
    {
        var size = await ChunkSizeAsync();
        var blob = Blob.Random(2 * size);
        var location = await PushFirstHalfAsync(blob, size);
        (await repository.CloseAsync(location, blob.Digest, blob.Bytes[..size], Range(0, size))).Expect(HttpStatusCode.RequestedRangeNotSatisfiable);
        var status = (await repository.StatusAsync(location)).Expect(HttpStatusCode.NoContent).ExpectHeader("Range", Range(0, size));
        await ExpectClosedAsync(await repository.CloseAsync(status.Location(), blob.Digest, blob.Bytes[size..], Range(size, size)), blob);
    }

    [Requirement(Level.Should, Section, "OCI-Chunk-Min-Length, where there is one, is a number of bytes that every chunk but the last has.")]
    public async Task Chunk_min_length_is_a_number()
    {
        var begun = (await repository.BeginAsync()).Expect(HttpStatusCode.Accepted);
        if (begun.Header("OCI-Chunk-Min-Length") is { } text && !(long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0))
        {
            throw begun.Unexpected("a number of bytes in OCI-Chunk-Min-Length");
        }
    }

    [Requirement(Level.Should, "Cancel a blob upload", "DELETE of the session answers 204.")]
    public async Task Cancel_answers_204() => (await repository.CancelAsync(await repository.BeginUploadAsync())).Expect(HttpStatusCode.NoContent);

    [Requirement(Level.Should, "Cancel a blob upload", "A session that was cancelled is gone.")]
    public async Task Cancelled_session_is_gone()
    {
        var location = (await repository.PatchAsync(await repository.BeginUploadAsync(), Blob.Random().Bytes)).Expect(HttpStatusCode.Accepted).Location();
        (await repository.CancelAsync(location)).Expect(HttpStatusCode.NoContent);
        (await repository.StatusAsync(location)).Expect(HttpStatusCode.NotFound);
    }

    /// <summary>What the registry takes as a chunk; 1 KiB unless it asks for more.</summary>
    private async Task<int> ChunkSizeAsync()
    {
        var begun = (await repository.BeginAsync()).Expect(HttpStatusCode.Accepted);
        return int.TryParse(begun.Header("OCI-Chunk-Min-Length"), NumberStyles.None, CultureInfo.InvariantCulture, out var least) ? Math.Max(1024, least) : 1024;
    }

    private async Task<string> PushFirstHalfAsync(Blob blob, int size) =>
        (await repository.PatchAsync(await repository.BeginUploadAsync(), blob.Bytes[..size], Range(0, size))).Expect(HttpStatusCode.Accepted).Location();

    private async Task ExpectClosedAsync(Answer closed, Blob blob) =>
        (await registry.SendAsync(HttpMethod.Get, closed.Expect(HttpStatusCode.Created).Location())).Expect(HttpStatusCode.OK).ExpectBody(blob.Bytes);

    private static string Range(int first, int count) => $"{first}-{first + count - 1}";
}
