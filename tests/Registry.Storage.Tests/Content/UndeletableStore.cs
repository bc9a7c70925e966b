using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Content;

/// <summary>A blob store whose deletes all fail, as with an object lock or a folder that became read-only.</summary>
internal sealed class UndeletableStore(IBlobStore inner) : IBlobStore
{
    public ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken) => inner.OpenWriteAsync(key, offset, cancellationToken);

    public ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, BlobRange range, CancellationToken cancellationToken) => inner.OpenReadAsync(key, range, cancellationToken);

    public ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<StorageKey>>([]);

    public ValueTask DropStagedAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) => inner.DropStagedAsync(keys, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, CancellationToken cancellationToken) => inner.ListAsync(part, cancellationToken);

    public FreeSpace? FindFreeSpace() => inner.FindFreeSpace();

    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);
}
