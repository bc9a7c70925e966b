using System.Runtime.CompilerServices;
using Registry.Storage.Buckets;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>Stored objects in a bucket, each under its storage key (ADR 0012). No byte of them is ever on our disk.</summary>
internal sealed class S3BlobStore(S3Client client, UploadMemory memory) : IBlobStore
{
    private const string Blobs = "blobs/";
    private const int AbortsAtOnce = 8;

    private static readonly TimeSpan CheckHolds = TimeSpan.FromSeconds(5);

    private readonly KnownUploads known = new();
    private readonly RequestPace pace = new(client.Options.ListsPerSecond);
    private long lastSound;

    public async ValueTask<IBlobWriter?> OpenWriteAsync(StorageKey key, long offset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var last = known.Find(key);
        if (ReferenceEquals(last, StagedUpload.Lost))
        {
            return null;
        }

        if (offset == 0)
        {
            return new S3BlobWriter(client, memory, known, key, begun: null, offset);
        }

        var begun = last is { } && (last.Length == offset || last.Open is null && last.Length > offset) ? last : await FindStagedAsync(key, offset, cancellationToken);
        return begun is null ? null : new S3BlobWriter(client, memory, known, key, begun, offset);
    }

    public async ValueTask<IBlobReader?> OpenReadAsync(StorageKey key, BlobRange range, CancellationToken cancellationToken)
    {
        var name = key.ToString();
        if (range.Count == 0)
        {
            var length = await client.CallAsync($"Looking for {name}", (s3, token) => s3.FindLengthAsync(client, name, token), cancellationToken);
            return length is { } found ? new S3BlobReader(client, name, range, opened: null, found) : null;
        }

        return await ObjectRange.OpenAsync(client, name, range.Offset, range.Count, cancellationToken) is { } opened
            ? new S3BlobReader(client, name, range, opened, opened.ObjectLength)
            : null;
    }

    public async ValueTask<IReadOnlyList<StorageKey>> DeleteAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        // An object that this process has written whole has nothing beside it; of others nobody knows.
        var left = keys.Any(key => known.Find(key) is not { Open: null, Length: >= 0 })
            ? await DropStagedFindingFailuresAsync(keys, cancellationToken)
            : [];
        var byName = keys.Where(key => !left.Contains(key)).ToDictionary(key => key.ToString(), StringComparer.Ordinal);
        var gone = (await client.DeleteAsync([.. byName.Keys], cancellationToken)).Select(name => byName[name]).ToList();
        gone.ForEach(known.Forget);
        return gone;
    }

    public async ValueTask DropStagedAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken) =>
        await DropStagedFindingFailuresAsync(keys, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(StoragePart part, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What is staged first: an upload that is completed meanwhile is then in both lists and not in neither.
        var staged = new Dictionary<StorageKey, long>();
        await foreach (var (name, _) in client.ListUploadsAsync(part.KeyPrefix, pace.WaitAsync, cancellationToken))
        {
            if (StorageKey.TryParse(name, out var key))
            {
                staged[key] = 0;
            }
        }

        await foreach (var tail in client.ListAsync(TailObject.PrefixOf(part), after: null, pace.WaitAsync, cancellationToken))
        {
            if (TailObject.TryParse(tail.Name, out var key))
            {
                staged[key] = staged.GetValueOrDefault(key) + tail.Size;
            }
        }

        foreach (var (key, size) in staged)
        {
            yield return new StoredObject(key, size, StoredAs.Staged);
        }

        await foreach (var one in client.ListAsync(part.KeyPrefix, after: null, pace.WaitAsync, cancellationToken))
        {
            yield return new StoredObject(StorageKey.TryParse(one.Name, out var key) ? key : default, one.Size);
        }
    }

    public FreeSpace? FindFreeSpace() => null;

    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        if (Volatile.Read(ref lastSound) is var last and > 0 && time.GetElapsedTime(last) < CheckHolds)
        {
            return null;
        }

        await client.RequireBucketAsync(cancellationToken);
        Volatile.Write(ref lastSound, time.GetTimestamp());
        return null;
    }

    /// <summary>What an earlier process, or an earlier owner, has left; null if the bytes before the offset are not all there.</summary>
    private async Task<StagedUpload?> FindStagedAsync(StorageKey key, long offset, CancellationToken cancellationToken)
    {
        // Nothing shorter is in parts.
        if (offset >= PartSizes.Least && await FindTailAsync(TailObject.NameOf(key, offset), cancellationToken) is { } open)
        {
            return new StagedUpload(offset, open);
        }

        var length = await client.CallAsync($"Looking for {key}", (s3, token) => s3.FindLengthAsync(client, key.ToString(), token), cancellationToken);
        return length >= offset ? new StagedUpload(length.Value, Open: null) : null;
    }

    private async Task<OpenUpload?> FindTailAsync(string name, CancellationToken cancellationToken)
    {
        using var tail = await ObjectRange.OpenAsync(client, name, 0, TailObject.LongestTail, cancellationToken);
        if (tail is null)
        {
            return null;
        }

        await using var buffered = new BufferedStream(tail.Body);
        return await TailObject.ReadHeadAsync(buffered, cancellationToken);
    }

    /// <summary>Aborts the uploads of these keys and deletes their tails; returns the keys for which that did not work.</summary>
    private async Task<HashSet<StorageKey>> DropStagedFindingFailuresAsync(IReadOnlyCollection<StorageKey> keys, CancellationToken cancellationToken)
    {
        var wanted = keys.ToHashSet();
        var failed = new HashSet<StorageKey>();
        // One key is looked for by its name. Of many, all that is staged is listed: uploads in progress are few.
        var single = keys.Count == 1 ? keys.First() : default;
        var uploads = new List<(StorageKey Key, string Id)>();
        await foreach (var (name, id) in client.ListUploadsAsync(single.IsValid ? single.ToString() : Blobs, beforePage: null, cancellationToken))
        {
            if (StorageKey.TryParse(name, out var key) && wanted.Contains(key))
            {
                uploads.Add((key, id));
            }
        }

        await Parallel.ForEachAsync(uploads, new ParallelOptions { MaxDegreeOfParallelism = AbortsAtOnce, CancellationToken = cancellationToken }, async (upload, token) =>
        {
            try
            {
                await client.AbortAsync(upload.Key.ToString(), upload.Id, token);
            }
            catch (IOException)
            {
                lock (failed)
                {
                    failed.Add(upload.Key);
                }
            }
        });

        var tails = new Dictionary<string, StorageKey>(StringComparer.Ordinal);
        await foreach (var tail in client.ListAsync(single.IsValid ? TailObject.PrefixOf(single) : TailObject.Prefix, after: null, beforePage: null, cancellationToken))
        {
            if (TailObject.TryParse(tail.Name, out var key) && wanted.Contains(key))
            {
                tails.Add(tail.Name, key);
            }
        }

        foreach (var gone in await client.DeleteAsync([.. tails.Keys], cancellationToken))
        {
            tails.Remove(gone);
        }

        failed.UnionWith(tails.Values);
        return failed;
    }
}
