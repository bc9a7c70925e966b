using Registry.Storage.Blobs;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Moving;

/// <summary>A registry whose stored objects are to be moved from its folder to another one.</summary>
internal sealed class TwoStores : IAsyncDisposable
{
    private readonly DirectoryInfo other = Directory.CreateTempSubdirectory("registry-move-");

    public TwoStores()
    {
        Source = new FileSystemBlobStore(Content.Folder, new StorageOptions());
        Target = new FileSystemBlobStore(other.FullName, new StorageOptions());
    }

    public TestContent Content { get; } = new();

    public IBlobStore Source { get; }

    public IBlobStore Target { get; }

    /// <summary>Before the two stores do something; nothing by default.</summary>
    public Func<string, StorageKey, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>As after a restart with Registry:Storage:MigrateFrom.</summary>
    public async Task BeginAsync()
    {
        await Content.RestartAsync(() => new MovingBlobStore(new StoreAt(StorageProvider.S3, Watch(Target)), new StoreAt(StorageProvider.FileSystem, Watch(Source))));
        await Content.Stores.AddAsync(StorageProvider.FileSystem, Token);
        await Content.Stores.AddAsync(StorageProvider.S3, Token);
    }

    /// <summary>What a store has, each part in its own order.</summary>
    public static async Task<IReadOnlyList<StoredObject>> ListAsync(IBlobStore store)
    {
        var stored = new List<StoredObject>();
        foreach (var part in StoragePart.All)
        {
            stored.AddRange(await store.ListAsync(part, Token).ToListAsync(Token));
        }

        return stored;
    }

    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        other.Delete(recursive: true);
    }

    private WatchedStore Watch(IBlobStore store) => new(store, (operation, key, token) => Before(operation, key, token));
}
