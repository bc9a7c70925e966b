using System.IO.Pipelines;
using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Content;

/// <summary>A blob store that tells a test before it does something; the test may throw, or wait.</summary>
internal sealed class WatchedStore(IBlobStore inner, Func<string, StorageKey, CancellationToken, Task> before) : IBlobStore
{
    public const string OpenWrite = "open for writing";
    public const string Write = "write";
    public const string Complete = "complete";
    public const string OpenRead = "open for reading";
    public const string Read = "read";
    public const string Delete = "delete";

    public async ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken)
    {
        await before(OpenWrite, key, cancellationToken);
        return await inner.OpenWriteAsync(key, offset, cancellationToken) is { } writer ? new Writer(writer, (operation, token) => before(operation, key, token)) : null;
    }

    public async ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, BlobRange range, CancellationToken cancellationToken)
    {
        await before(OpenRead, key, cancellationToken);
        return await inner.OpenReadAsync(key, range, cancellationToken) is { } reader ? new Reader(reader, token => before(Read, key, token)) : null;
    }

    public async ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            await before(Delete, key, cancellationToken);
        }

        return await inner.DeleteAsync(keys, cancellationToken);
    }

    public ValueTask DropStagedAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) => inner.DropStagedAsync(keys, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, CancellationToken cancellationToken) => inner.ListAsync(part, cancellationToken);

    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);

    public FreeSpace? FindFreeSpace() => inner.FindFreeSpace();

    private sealed class Writer(IBlobWriter inner, Func<string, CancellationToken, Task> before) : IBlobWriter
    {
        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            await before(Write, cancellationToken);
            await inner.WriteAsync(bytes, cancellationToken);
        }

        public ValueTask SaveAsync(CancellationToken cancellationToken) => inner.SaveAsync(cancellationToken);

        public async ValueTask CompleteAsync(CancellationToken cancellationToken)
        {
            await before(Complete, cancellationToken);
            await inner.CompleteAsync(cancellationToken);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Reader(IBlobReader inner, Func<CancellationToken, Task> before) : IBlobReader
    {
        public long Length => inner.Length;

        public async ValueTask CopyToAsync(PipeWriter destination, CancellationToken cancellationToken)
        {
            await before(cancellationToken);
            await inner.CopyToAsync(destination, cancellationToken);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
