using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Blobs;

public sealed class FileSystemBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("registry-blobs-");

    public FileSystemBlobStoreTests() => Store = new FileSystemBlobStore(root.FullName, new StorageOptions());

    internal override IBlobStore Store { get; }

    internal override IBlobStore NewStore() => new FileSystemBlobStore(root.FullName, new StorageOptions());

    [Fact]
    public async Task An_object_is_the_file_that_its_key_names()
    {
        var key = StorageKey.New(TimeProvider.System.GetUtcNow());
        await using (var writer = await Store.OpenWriteAsync(key, 0, TestContext.Current.CancellationToken))
        {
            await writer!.WriteAsync(new byte[3], TestContext.Current.CancellationToken);
        }

        Assert.Equal(3, new FileInfo(Path.Combine(root.FullName, key.ToString())).Length);
    }

    [Fact]
    public async Task A_file_that_is_no_object_is_listed_without_a_key()
    {
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "blobs", "00", "notes.txt"), "x", TestContext.Current.CancellationToken);
        Assert.Equal([new StoredObject(default, 1)], await Store.ListAsync(new StoragePart(0), TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_has_gone_is_reported()
    {
        root.Delete(recursive: true);
        var gone = await Assert.ThrowsAnyAsync<IOException>(async () => await Store.CheckAsync(TestContext.Current.CancellationToken));
        Assert.Contains(root.FullName, gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_disk_that_is_full_up_to_its_reserve_objects_are_read_and_deleted_but_not_written()
    {
        var (known, late) = (StorageKey.New(TimeProvider.System.GetUtcNow()), StorageKey.New(TimeProvider.System.GetUtcNow()));
        await using (var writer = await Store.OpenWriteAsync(known, 0, TestContext.Current.CancellationToken))
        {
            await writer!.WriteAsync(new byte[3], TestContext.Current.CancellationToken);
        }

        var full = new FileSystemBlobStore(root.FullName, new StorageOptions { DiskReserve = long.MaxValue });
        Assert.Contains("Registry:Storage:DiskReserve", await full.CheckAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await using (var refused = await full.OpenWriteAsync(late, 0, TestContext.Current.CancellationToken))
        {
            await Assert.ThrowsAsync<IOException>(async () => await refused!.WriteAsync(new byte[3], TestContext.Current.CancellationToken));
        }

        await using (var reader = await full.OpenReadAsync(known, BlobRange.Nothing, TestContext.Current.CancellationToken))
        {
            Assert.Equal(3, reader!.Length);
        }

        Assert.Equal([known], await full.DeleteAsync([known], TestContext.Current.CancellationToken));
    }

    public void Dispose()
    {
        if (Directory.Exists(root.FullName))
        {
            root.Delete(recursive: true);
        }
    }
}
