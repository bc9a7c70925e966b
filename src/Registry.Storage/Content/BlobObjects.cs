using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>
/// The stored objects behind blobs, and what to do when one is not there: a blob with a finding is unknown to everybody,
/// so that clients push it again, and that push gives it new bytes.
/// </summary>
public sealed class BlobObjects(IDbContextFactory<IndexContext> contexts, IndexWriter writer, IBlobStore store)
{
    private const string Missing = "missing";

    /// <summary>Opens a range of the bytes; null, and a finding, if they are not there whole.</summary>
    public async ValueTask<IBlobReader?> OpenAsync(Digest digest, StorageKey key, long size, BlobRange range, CancellationToken cancellationToken)
    {
        if (await OpenWholeAsync(key, size, range, cancellationToken) is { } reader)
        {
            return reader;
        }

        await MarkAsync(digest.ToString(), key.ToString(), runId: null, cancellationToken);
        return null;
    }

    /// <summary>Whether the blob's bytes are not there whole and nobody knew; it has a finding now, and the run that looked has counted it.</summary>
    internal async Task<bool> IsMissingAsync(BlobRow blob, long runId, CancellationToken cancellationToken)
    {
        await using var reader = await OpenWholeAsync(StorageKey.Parse(blob.StorageKey), blob.Size, BlobRange.Nothing, cancellationToken);
        return reader is null && await MarkAsync(blob.Digest, blob.StorageKey, runId, cancellationToken);
    }

    /// <summary>Looks whether a digest that is known has its bytes; if not it is unknown from now on.</summary>
    internal async Task VerifyAsync(Digest digest, CancellationToken cancellationToken)
    {
        var text = digest.ToString();
        BlobRow? row;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            row = db.Blobs.FirstOrDefault(b => b.Digest == text && b.Finding == null);
        }

        if (row is not null && await OpenAsync(digest, StorageKey.Parse(row.StorageKey), row.Size, BlobRange.Nothing, cancellationToken) is { } reader)
        {
            await reader.DisposeAsync();
        }
    }

    private async ValueTask<IBlobReader?> OpenWholeAsync(StorageKey key, long size, BlobRange range, CancellationToken cancellationToken)
    {
        var reader = await store.OpenReadAsync(key, range, cancellationToken);
        if (reader is not null && reader.Length != size)
        {
            await reader.DisposeAsync();
            return null;
        }

        return reader;
    }

    /// <summary>Of this object only: a push may have given the digest another one meanwhile, or its last link may have gone.</summary>
    private Task<bool> MarkAsync(string digest, string key, long? runId, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            db =>
            {
                var marked = db.Blobs.Where(b => b.Digest == digest && b.StorageKey == key && b.Finding == null).ExecuteUpdate(set => set.SetProperty(b => b.Finding, Missing));
                if (runId is { } run)
                {
                    db.Runs.Where(r => r.Id == run).ExecuteUpdate(set => set.SetProperty(r => r.Missing, r => r.Missing + marked));
                }

                return marked > 0;
            },
            cancellationToken);
}
