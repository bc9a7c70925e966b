using System.Runtime.CompilerServices;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>Stored objects as files under one root, spread over 256 folders that are made at start.</summary>
public sealed class FileSystemBlobStore : IBlobStore
{
    private readonly string root;
    private readonly string objects;
    private readonly DiskReserve reserve;

    /// <exception cref="IOException">The folders cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folders may not be made.</exception>
    public FileSystemBlobStore(string root, StorageOptions options)
    {
        this.root = Path.GetFullPath(root);
        objects = Path.Combine(this.root, "blobs");
        reserve = new DiskReserve(this.root, options.DiskReserve);
        Directory.CreateDirectory(objects);
        foreach (var part in StoragePart.All)
        {
            Directory.CreateDirectory(Path.Combine(objects, part.ToString()));
        }

        DirectorySync.Flush(objects);
        DirectorySync.Flush(this.root);
    }

    public ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IBlobWriter?>(FileBlobWriter.TryOpen(PathOf(key), offset, reserve));
    }

    public ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, BlobRange range, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return ValueTask.FromResult<IBlobReader?>(new FileBlobReader(File.OpenHandle(PathOf(key)), range));
        }
        catch (FileNotFoundException)
        {
            return ValueTask.FromResult<IBlobReader?>(null);
        }
    }

    public ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        var gone = new List<StorageKey>(keys.Count);
        foreach (var key in keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                File.Delete(PathOf(key));
                gone.Add(key);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not in the list of what is gone: the caller keeps the key and tries again.
            }
        }

        return ValueTask.FromResult<IReadOnlyList<StorageKey>>(gone);
    }

    public ValueTask DropStagedAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public async IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        foreach (var file in new DirectoryInfo(Path.Combine(root, part.KeyPrefix)).EnumerateFiles())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FindLength(file) is { } length)
            {
                yield return new StoredObject(StorageKey.TryParse(part.KeyPrefix + file.Name, out var key) ? key : default, length);
            }
        }
    }

    public FreeSpace? FindFreeSpace() => reserve.Measure();

    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(objects))
        {
            throw new DirectoryNotFoundException($"'{objects}' has gone.");
        }

        var probe = Path.Combine(root, "write-check");
        try
        {
            await File.WriteAllBytesAsync(probe, new byte[1], cancellationToken);
            File.Delete(probe);
            return reserve.FindProblem();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"'{root}' cannot be written to: {e.Message}";
        }
    }

    /// <summary>Null: it was deleted since its name was read.</summary>
    private static long? FindLength(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
    private string PathOf(StorageKey key) => Path.Combine(root, key.ToString());
}
