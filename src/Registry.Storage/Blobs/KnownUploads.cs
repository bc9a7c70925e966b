using System.Collections.Concurrent;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>What this process has last done with the keys it wrote to. Only a shortcut: whatever is forgotten is asked of the bucket.</summary>
internal sealed class KnownUploads
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<StorageKey, StagedUpload> uploads = new();
    private readonly ConcurrentQueue<StorageKey> order = new();

    public StagedUpload? Find(StorageKey key) => uploads.GetValueOrDefault(key);

    public void Remember(StorageKey key, StagedUpload upload)
    {
        if (uploads.TryAdd(key, upload))
        {
            order.Enqueue(key);
        }
        else
        {
            uploads[key] = upload;
        }

        while (order.Count > Most && order.TryDequeue(out var oldest))
        {
            uploads.TryRemove(oldest, out _);
        }
    }

    public void Forget(StorageKey key) => uploads.TryRemove(key, out _);
}
