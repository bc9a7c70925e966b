using System.Runtime.CompilerServices;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>
/// Two blob stores as one, while everything in the old one is copied into the new one. Keys are never used twice, so where an object is
/// the stores themselves say: a key is in one of them at most (ADR 0014). New objects go to the new store.
/// </summary>
/// <param name="target">The store that is to have everything.</param>
/// <param name="source">The store that is to be empty in the end.</param>
public sealed class MovingBlobStore(StoreAt target, StoreAt source) : IBlobStore
{
    public StoreAt Target => target;

    public StoreAt Source => source;

    /// <summary>A file that is not there costs a system call, an object in a bucket a request: the folder is asked first.</summary>
    private IBlobStore First => target.Provider == StorageProvider.FileSystem ? target.Store : source.Store;

    private IBlobStore Second => First == target.Store ? source.Store : target.Store;

    /// <summary>An upload that began before the move goes on where its bytes are, be they acknowledged or not.</summary>
    public async ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken)
    {
        if (offset > 0)
        {
            return await source.Store.OpenWriteAsync(key, offset, cancellationToken) ?? await target.Store.OpenWriteAsync(key, offset, cancellationToken);
        }

        var store = await HasAsync(source.Store, key, cancellationToken) ? source.Store : target.Store;
        return await store.OpenWriteAsync(key, offset, cancellationToken);
    }

    public async ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, BlobRange range, CancellationToken cancellationToken) =>
        await First.OpenReadAsync(key, range, cancellationToken) ?? await Second.OpenReadAsync(key, range, cancellationToken);

    /// <summary>From both: what was not there counts as gone.</summary>
    public async ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        var first = await First.DeleteAsync(keys, cancellationToken);
        return first.Count == 0 ? first : await Second.DeleteAsync(first, cancellationToken);
    }

    public async ValueTask DropStagedAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        await source.Store.DropStagedAsync(keys, cancellationToken);
        await target.Store.DropStagedAsync(keys, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The target last: a copy that is made meanwhile is in the list, and whoever takes it for unnamed looks again.
        await foreach (var stored in source.Store.ListAsync(part, cancellationToken))
        {
            yield return stored;
        }

        await foreach (var stored in target.Store.ListAsync(part, cancellationToken))
        {
            yield return stored;
        }
    }

    /// <summary>The old store need not take anything, a full disk may be why it is left; but it must be readable.</summary>
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var problem = await target.Store.CheckAsync(cancellationToken);
        await source.Store.CheckAsync(cancellationToken);
        return problem;
    }

    public FreeSpace? FindFreeSpace() => target.Store.FindFreeSpace();

    private static async Task<bool> HasAsync(IBlobStore store, StorageKey key, CancellationToken cancellationToken)
    {
        await using var reader = await store.OpenReadAsync(key, BlobRange.Nothing, cancellationToken);
        return reader is not null;
    }
}
