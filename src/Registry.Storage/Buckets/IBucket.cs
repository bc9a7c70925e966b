namespace Registry.Storage.Buckets;

/// <summary>
/// Named objects in a bucket, below the registry's prefix: what the index leaves there, and what S3 keeps blobs in. Names are compared
/// byte by byte. A method throws <see cref="IOException"/> when the store cannot do its work; whether a write that threw took
/// effect nobody knows.
/// </summary>
public interface IBucket
{
    /// <summary>
    /// Writes an object unless there is one of that name (<c>If-None-Match: *</c>): of several that try at once one succeeds. False: there is one,
    /// perhaps by an earlier try of this very call whose answer was lost.
    /// </summary>
    Task<bool> TryAddAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Writes an object, whether there was one or not.</summary>
    Task PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>The same for any number of bytes. The object is there whole, or not at all.</summary>
    Task UploadAsync(string name, Stream bytes, CancellationToken cancellationToken);

    /// <summary>Null: there is no such object.</summary>
    Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>The objects whose names begin with <paramref name="prefix"/>, in the order of their names, those after <paramref name="after"/> only.</summary>
    IAsyncEnumerable<BucketObject> ListAsync(string prefix, string? after, CancellationToken cancellationToken);

    /// <summary>Deletes objects and returns the names that are gone now; one that was not there counts as gone.</summary>
    Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken);
}

/// <param name="Name">Below the registry's prefix.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct BucketObject(string Name, long Size);
