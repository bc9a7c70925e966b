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
    /// Null: the bytes before it are not all there any more, for example after a power cut, or cannot be gone on from; the upload begins again.
    /// </summary>
    ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken);

    /// <summary>Opens a range of the object for reading, or asks only whether it is there (<see cref="BlobRange.Nothing"/>); null if there is none.</summary>
    ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, BlobRange range, CancellationToken cancellationToken);

    /// <summary>Deletes the objects, and what is staged for them, and returns the keys that are gone now; one that was not there counts as gone.</summary>
    ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken);

    /// <summary>Removes what writers have left beside these objects, which are whole and stay. Nothing where a store keeps all bytes in the object itself.</summary>
    ValueTask DropStagedAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Every object of a part of the store with its size in bytes, and what is staged, in no order; with a key that is not valid what has a name that
    /// is no key. A key may come twice: whole, and with something staged.
    /// </summary>
    IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, CancellationToken cancellationToken);

    /// <summary>Whether the store can be written to right now; null if so, else what is wrong and what to do.</summary>
    /// <exception cref="IOException">It cannot even be read.</exception>
    ValueTask<string?> CheckAsync(CancellationToken cancellationToken);

    /// <summary>How much room there is; null where the store does not run full. Fast: every upload asks.</summary>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    FreeSpace? FindFreeSpace();
}

/// <summary>
/// Appends to one stored object, and ends with <see cref="SaveAsync"/> or <see cref="CompleteAsync"/>; what was written and not saved a later
/// writer need not find. If either throws, the object can be gone on with from where this writer began, unless it says <see cref="BytesLostException"/>.
/// </summary>
public interface IBlobWriter : IAsyncDisposable
{
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Returns when another writer, in another process, can go on after these bytes. They cannot be read yet.</summary>
    ValueTask SaveAsync(CancellationToken cancellationToken);

    /// <summary>Returns when the object is whole: it can be read, and it survives a power cut. Not written to again once that is known to the index.</summary>
    ValueTask CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>Reads a range of one stored object, once.</summary>
public interface IBlobReader : IAsyncDisposable
{
    /// <summary>Bytes of the whole object.</summary>
    long Length { get; }

    /// <summary>Writes the range and flushes it.</summary>
    /// <exception cref="EndOfStreamException">The object is shorter than that.</exception>
    ValueTask CopyToAsync(PipeWriter destination, CancellationToken cancellationToken);
}

/// <summary>Some bytes of an object.</summary>
public readonly record struct BlobRange(long Offset, long Count)
{
    public static readonly BlobRange Nothing;
}

/// <summary>Bytes that were written are not there any more, and nobody may go on after them.</summary>
public sealed class BytesLostException(string message, Exception cause) : IOException(message, cause);

/// <param name="FreeBytes">What is free, the reserve included.</param>
/// <param name="ReserveBytes">What uploads leave free of it.</param>
public readonly record struct FreeSpace(long FreeBytes, long ReserveBytes)
{
    /// <summary>Bytes that uploads may take; below 0 where some of the reserve is taken.</summary>
    public long RoomBytes => FreeBytes - ReserveBytes;
}

public readonly record struct StoredObject(StorageKey Key, long Size, StoredAs As = StoredAs.Whole);

public enum StoredAs
{
    /// <summary>An object that can be read.</summary>
    Whole,

    /// <summary>Bytes of an upload that was not sealed, or left over from one that was. Their size is not known to every store.</summary>
    Staged,
}
