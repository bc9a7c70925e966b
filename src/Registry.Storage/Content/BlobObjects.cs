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

    /// <summary>Opens the bytes; null, and a finding, if they are not there whole.</summary>
    public async ValueTask<IBlobReader?> OpenAsync(Digest digest, StorageKey key, long size, CancellationToken cancellationToken)
    {
        var reader = await store.OpenReadAsync(key, cancellationToken);
        if (reader?.Length == size)
        {
            return reader;
        }

        if (reader is not null)
        {
            await reader.DisposeAsync();
        }

        var (keyText, digestText) = (key.ToString(), digest.ToString());
        // Of this object only: a push may have given the digest another one meanwhile.
        await writer.WriteAsync(
            db => db.Blobs.Where(b => b.Digest == digestText && b.StorageKey == keyText && b.Finding == null).ExecuteUpdate(set => set.SetProperty(b => b.Finding, Missing)),
            cancellationToken);
        return null;
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

        if (row is not null && await OpenAsync(digest, StorageKey.Parse(row.StorageKey), row.Size, cancellationToken) is { } reader)
        {
            await reader.DisposeAsync();
        }
    }
}
