using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>What a part of the blob store and the index do not agree on, at first sight: each is looked at again before anything is done.</summary>
/// <param name="Unnamed">Objects that nothing seemed to name.</param>
/// <param name="Missing">Blobs whose object seemed not to be there whole.</param>
/// <param name="LeftOver">Blobs with something staged beside their object.</param>
/// <param name="IsAbsent">None of the objects that blobs name is there: rather a disk that is not mounted than so many lost at once.</param>
/// <param name="Objects">How many objects the part has.</param>
internal sealed record PartDifferences(
    StoragePart Part, IReadOnlyList<StoredObject> Unnamed, IReadOnlyList<BlobRow> Missing, IReadOnlyList<StorageKey> LeftOver, bool IsAbsent, int Objects);

/// <summary>
/// Compares the blob store with the index in both directions, part by part: an object that nothing names is condemned, a blob
/// without its bytes gets a finding. No crash of ours leaves either; a restored index or a damaged disk does.
/// </summary>
public sealed partial class StoreComparison(IDbContextFactory<IndexContext> contexts, IndexWriter writer, IBlobStore store, BlobObjects objects, ILogger<StoreComparison> log)
{
    /// <summary>So many blobs of a part are not lost all at once.</summary>
    private const int ManyBlobs = 8;

    internal const int ObjectsPerChange = 100;

    /// <summary>Compares one part, does what is to be done, and remembers when.</summary>
    /// <param name="before">Objects whose upload began later are left alone.</param>
    internal async Task CompareAsync(StoragePart part, DateTimeOffset before, RunTime run, CancellationToken cancellationToken)
    {
        await SettleAsync(await FindDifferencesAsync(part, before, cancellationToken), run, cancellationToken);
        var (prefix, at) = (part.ToString(), run.Now.ToUnixTimeMilliseconds());
        await writer.WriteBesideAsync(
            db => db.Database.ExecuteSql($"INSERT INTO compared (Prefix, At) VALUES ({prefix}, {at}) ON CONFLICT (Prefix) DO UPDATE SET At = excluded.At"), cancellationToken);
    }

    /// <summary>Lists the part and looks for each of its objects in the index, and for each of its blobs in the list.</summary>
    internal async Task<PartDifferences> FindDifferencesAsync(StoragePart part, DateTimeOffset before, CancellationToken cancellationToken)
    {
        // First the list, then the names: an object's name is committed before its first byte, so whatever is listed has been named.
        var listed = await ListAsync(part, cancellationToken);
        var (count, named, present, missing, leftOver) = (listed.Whole.Count, 0, 0, new List<BlobRow>(), new List<StorageKey>());
        var (from, to) = (part.KeyPrefix, part.KeyPrefix[..^1] + (char)('/' + 1));
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await foreach (var blob in db.Blobs.Where(b => string.Compare(b.StorageKey, from) >= 0 && string.Compare(b.StorageKey, to) < 0).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            named++;
            var isThere = listed.Whole.Remove(blob.StorageKey, out var size);
            if (listed.Staged.Remove(blob.StorageKey, out _) && isThere)
            {
                leftOver.Add(StorageKey.Parse(blob.StorageKey));
            }

            present += isThere ? 1 : 0;
            if ((!isThere || size != blob.Size) && blob.Finding is null)
            {
                missing.Add(blob);
            }
        }

        var others = db.UploadSessions.Where(s => string.Compare(s.StorageKey, from) >= 0 && string.Compare(s.StorageKey, to) < 0).Select(s => s.StorageKey)
            .Concat(db.Condemned.Where(c => string.Compare(c.StorageKey, from) >= 0 && string.Compare(c.StorageKey, to) < 0).Select(c => c.StorageKey));
        await foreach (var key in others.AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            listed.Whole.Remove(key);
            listed.Staged.Remove(key);
        }

        var unnamed = listed.Whole.Select(o => new StoredObject(StorageKey.Parse(o.Key), o.Value))
            .Concat(listed.Staged.Where(o => !listed.Whole.ContainsKey(o.Key)).Select(o => new StoredObject(StorageKey.Parse(o.Key), o.Value, StoredAs.Staged)))
            .Where(o => o.Key.CreatedAt < before).ToList();
        var isAbsent = missing.Count > 0 && present == 0 && (named >= ManyBlobs || !await HasObjectsAsync(cancellationToken));
        return new PartDifferences(part, unnamed, missing, leftOver, isAbsent, count);
    }

    /// <summary>Looks at each difference again and does what is to be done about those that are still there.</summary>
    internal async Task SettleAsync(PartDifferences differences, RunTime run, CancellationToken cancellationToken)
    {
        if (differences.IsAbsent)
        {
            PartIsAbsent(log, differences.Part.KeyPrefix, differences.Missing.Count);
        }
        else
        {
            foreach (var blob in differences.Missing)
            {
                if (await objects.IsMissingAsync(blob, run.Id, cancellationToken))
                {
                    BlobIsMissing(log, blob.Digest, blob.StorageKey);
                }
            }
        }

        await DropLeftOverAsync(differences, cancellationToken);

        foreach (var some in differences.Unnamed.Chunk(ObjectsPerChange))
        {
            var there = await FindThereAsync(some, cancellationToken);
            var condemned = await writer.WriteBesideAsync(db => Condemning.WhereUnnamed(db, there, run.DrainEnd, run.Id), cancellationToken);
            if (condemned.Count > 0)
            {
                ObjectsAreUnnamed(log, condemned.Count, differences.Part.KeyPrefix);
            }
        }
    }

    /// <summary>Drops what is staged beside objects of blobs: their uploads were sealed, and nobody writes to a key again.</summary>
    internal async Task DropLeftOverAsync(PartDifferences differences, CancellationToken cancellationToken)
    {
        if (differences.LeftOver.Count > 0)
        {
            await store.DropStagedAsync(differences.LeftOver, cancellationToken);
        }
    }

    /// <summary>Those of these objects that are there still: one whose delete was just settled had a name when it was listed, and has neither name nor bytes now.</summary>
    internal async Task<List<StoredObject>> FindThereAsync(IEnumerable<StoredObject> objects, CancellationToken cancellationToken)
    {
        var there = new List<StoredObject>();
        foreach (var stored in objects)
        {
            await using var reader = stored.As == StoredAs.Whole ? await store.OpenReadAsync(stored.Key, BlobRange.Nothing, cancellationToken) : null;
            if (reader is not null || stored.As == StoredAs.Staged)
            {
                there.Add(stored);
            }
        }

        return there;
    }

    /// <summary>The objects of a part with their sizes. What has a name that is no storage key is somebody else's.</summary>
    private async Task<ListedPart> ListAsync(StoragePart part, CancellationToken cancellationToken)
    {
        var (listed, foreign) = (new ListedPart(new(StringComparer.Ordinal), new(StringComparer.Ordinal)), 0);
        await foreach (var stored in store.ListAsync(part, cancellationToken))
        {
            if (stored.Key.CreatedAt is null)
            {
                foreign++;
            }
            else
            {
                (stored.As == StoredAs.Whole ? listed.Whole : listed.Staged)[stored.Key.ToString()] = stored.Size;
            }
        }

        if (foreign > 0)
        {
            FilesAreForeign(log, foreign, part.KeyPrefix);
        }

        return listed;
    }

    private async Task<bool> HasObjectsAsync(CancellationToken cancellationToken)
    {
        foreach (var part in StoragePart.All)
        {
            await foreach (var stored in store.ListAsync(part, cancellationToken))
            {
                if (stored.Key.IsValid)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What is in a part: sizes by key.</summary>
    private sealed record ListedPart(Dictionary<string, long> Whole, Dictionary<string, long> Staged);

    [LoggerMessage(Level = LogLevel.Error, Message = "None of the {Count} objects that blobs name in {Prefix} is there. No blob was marked as missing: is the right disk mounted?")]
    private static partial void PartIsAbsent(ILogger log, string prefix, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bytes of {Digest} are not there whole ({StorageKey}). It is unknown until a push of it brings them again.")]
    private static partial void BlobIsMissing(ILogger log, string digest, string storageKey);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} stored objects in {Prefix} that nothing names are condemned.")]
    private static partial void ObjectsAreUnnamed(ILogger log, int count, string prefix);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} files in {Prefix} are no stored objects of the registry and are left alone.")]
    private static partial void FilesAreForeign(ILogger log, int count, string prefix);
}

/// <summary>A run and its times: now, and when what it condemns is to be deleted.</summary>
internal sealed record RunTime(long Id, DateTimeOffset Now, DateTimeOffset DrainEnd);
