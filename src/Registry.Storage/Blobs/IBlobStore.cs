using System.IO.Pipelines;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>
/// Immutable bytes under keys that are never reused. Knows nothing of digests, repositories or links. A method throws
/// <see cref="IOException"/> when the store cannot do its work; an object that is not there is a return value.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Opens the object for appending at <paramref name="offset"/> bytes; whatever stands behind the offset is dropped.
    /// Null: the object has fewer bytes than that, for example after a power cut, since only synced bytes survive one.
    /// </summary>
    ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken);

    /// <summary>Opens the object for reading; null if there is none.</summary>
    ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, CancellationToken cancellationToken);

    /// <summary>Deletes the objects and returns the keys that are gone now; one that was not there counts as gone.</summary>
    ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken);

    /// <summary>Every object of a part of the store with its size in bytes, in no order; with a key that is not valid what has a name that is no key.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, CancellationToken cancellationToken);

    /// <summary>Whether the store can be written to right now; null if so, else what is wrong and what to do.</summary>
    /// <exception cref="IOException">It cannot even be read.</exception>
    ValueTask<string?> CheckAsync(CancellationToken cancellationToken);

    /// <summary>How much room there is; null where the store does not run full. Fast: every upload asks.</summary>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    FreeSpace? FindFreeSpace();
}

/// <summary>Appends to one stored object. Disposing without <see cref="SyncAsync"/> leaves the bytes for a later writer.</summary>
public interface IBlobWriter : IAsyncDisposable
{
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Returns when the bytes, and the name they are under, survive a power cut.</summary>
    ValueTask SyncAsync(CancellationToken cancellationToken);
}

/// <summary>Reads one stored object.</summary>
public interface IBlobReader : IAsyncDisposable
{
    /// <summary>Bytes.</summary>
    long Length { get; }

    /// <summary>Writes <paramref name="count"/> bytes from <paramref name="offset"/> on and flushes them.</summary>
    /// <exception cref="EndOfStreamException">The object is shorter than that.</exception>
    ValueTask CopyToAsync(PipeWriter destination, long offset, long count, CancellationToken cancellationToken);
}

/// <param name="FreeBytes">What is free, the reserve included.</param>
/// <param name="ReserveBytes">What uploads leave free of it.</param>
public readonly record struct FreeSpace(long FreeBytes, long ReserveBytes)
{
    /// <summary>Bytes that uploads may take; below 0 where some of the reserve is taken.</summary>
    public long RoomBytes => FreeBytes - ReserveBytes;
}

public readonly record struct StoredObject(StorageKey Key, long Size);
