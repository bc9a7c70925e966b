using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Storage.Tests.Blobs;

public sealed class FileSystemBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("registry-blobs-");

    public FileSystemBlobStoreTests() => Store = new FileSystemBlobStore(root.FullName);

    internal override IBlobStore Store { get; }

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
    public async Task A_file_that_is_no_object_is_not_listed()
    {
        await File.WriteAllTextAsync(Path.Combine(root.FullName, "blobs", "00", "notes.txt"), "x", TestContext.Current.CancellationToken);
        Assert.Empty(await Store.ListAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_has_gone_is_reported()
    {
        root.Delete(recursive: true);
        Assert.Contains(root.FullName, await Store.CheckAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(root.FullName))
        {
            root.Delete(recursive: true);
        }
    }
}
