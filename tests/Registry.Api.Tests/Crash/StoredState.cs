using Microsoft.EntityFrameworkCore;
using Registry.Api.Tests.Serving;
using Registry.Storage.Index;

namespace Registry.Api.Tests.Crash;

/// <summary>Compares the index of a registry that is not running with the bytes in its data directory.</summary>
internal static class StoredState
{
    /// <summary>Names without bytes, names with other bytes, and bytes without a name, in words; empty is good.</summary>
    public static async Task<IReadOnlyList<string>> FindMismatchesAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var options = new DbContextOptionsBuilder<IndexContext>();
        IndexDatabase.Configure(options, dataDirectory);
        await using var db = new IndexContext(options.Options);
        var mismatches = new List<string>();
        var named = new HashSet<string>();
        foreach (var blob in await db.Blobs.ToListAsync(cancellationToken))
        {
            named.Add(blob.StorageKey);
            var file = Path.Combine(dataDirectory, blob.StorageKey);
            if (!File.Exists(file))
            {
                mismatches.Add($"{blob.Digest} has no bytes at {blob.StorageKey}");
            }
            else if (Content.Of(await File.ReadAllBytesAsync(file, cancellationToken)) is var content && (content.Digest != blob.Digest || content.Bytes.Length != blob.Size))
            {
                mismatches.Add($"{blob.Digest} has other bytes at {blob.StorageKey}: {content.Digest}");
            }
        }

        named.UnionWith(await db.UploadSessions.Select(session => session.StorageKey).ToListAsync(cancellationToken));
        named.UnionWith(await db.Condemned.Select(condemned => condemned.StorageKey).ToListAsync(cancellationToken));
        mismatches.AddRange(
            from file in Directory.EnumerateFiles(Path.Combine(dataDirectory, "blobs"), "*", SearchOption.AllDirectories)
            let key = Path.GetRelativePath(dataDirectory, file)
            where !named.Contains(key)
            select $"{key} is an object that nothing names");
        return mismatches;
    }
}
