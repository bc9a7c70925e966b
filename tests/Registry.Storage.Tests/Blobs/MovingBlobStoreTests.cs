using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Blobs;

public abstract class MovingBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("registry-blobs-");
    private readonly IBlobStore source;
    private readonly IBlobStore target;
    private readonly StorageProvider targetName;
    private readonly StorageProvider sourceName;

    private protected MovingBlobStoreTests(StorageProvider targetName, StorageProvider sourceName)
    {
        (this.targetName, this.sourceName) = (targetName, sourceName);
        (source, target) = (NewStore("source"), NewStore("target"));
        Store = NewStore();
    }

    internal override IBlobStore Store { get; }

    internal override IBlobStore NewStore() => new MovingBlobStore(new StoreAt(targetName, target), new StoreAt(sourceName, source));

    [Fact]
    public async Task What_the_old_store_has_is_read_listed_and_deleted_and_new_objects_go_to_the_new_one()
    {
        var (old, made) = (StorageKey.New(DateTimeOffset.UnixEpoch), StorageKey.New(DateTimeOffset.UnixEpoch));
        await StoreAsync(source, old);
        await StoreAsync(Store, made);
        Assert.Equal((true, false), (await HasAsync(source, old), await HasAsync(source, made)));
        Assert.Equal((false, true), (await HasAsync(target, old), await HasAsync(target, made)));
        Assert.True(await HasAsync(Store, old) && await HasAsync(Store, made));
        Assert.Contains(new StoredObject(old, 1), await Store.ListAsync(old.Part, Token).ToListAsync(Token));
        Assert.Contains(new StoredObject(made, 1), await Store.ListAsync(made.Part, Token).ToListAsync(Token));
        Assert.Equal([old, made], await Store.DeleteAsync([old, made], Token));
        Assert.False(await HasAsync(Store, old) || await HasAsync(Store, made));
    }

    public void Dispose()
    {
        root.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private static async Task StoreAsync(IBlobStore store, StorageKey key)
    {
        await using var writer = await store.OpenWriteAsync(key, 0, Token);
        await writer!.WriteAsync(new byte[1], Token);
        await writer.CompleteAsync(Token);
    }

    private static async Task<bool> HasAsync(IBlobStore store, StorageKey key)
    {
        await using var reader = await store.OpenReadAsync(key, BlobRange.Nothing, Token);
        return reader is not null;
    }

    private FileSystemBlobStore NewStore(string name) => new(root.CreateSubdirectory(name).FullName, new StorageOptions());
}

public sealed class MovingToS3Tests() : MovingBlobStoreTests(StorageProvider.S3, StorageProvider.FileSystem);

public sealed class MovingToFileSystemTests() : MovingBlobStoreTests(StorageProvider.FileSystem, StorageProvider.S3);
