using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>The stored objects behind blobs, and what to do when one is not there whole: the blob gets a finding (<see cref="BlobFindings"/>).</summary>
public sealed class BlobObjects(IDbContextFactory<IndexContext> contexts, IndexWriter writer, IBlobStore store)
{
    /// <summary>Opens a range of the bytes; null, and a finding, if they are not there whole.</summary>
    public async ValueTask<IBlobReader?> OpenAsync(Digest digest, StorageKey key, long size, BlobRange range, CancellationToken cancellationToken)
    {
        var (reader, finding) = await OpenWholeAsync(key, size, range, cancellationToken);
        if (finding is not null)
        {
            await MarkAsync(digest.ToString(), key.ToString(), finding, runId: null, cancellationToken);
        }

        return reader;
    }

    /// <summary>Whether the blob's bytes are not there whole and nobody knew; it has a finding now, and the run that looked has counted it.</summary>
    internal async Task<bool> IsMissingAsync(BlobRow blob, long runId, CancellationToken cancellationToken) =>
        await FindByLengthAsync(blob, cancellationToken) is { } finding && await MarkAsync(blob.Digest, blob.StorageKey, finding, runId, cancellationToken);

    /// <summary>What is wrong with the bytes, by their length alone; null: nothing. Changes nothing.</summary>
    internal async Task<string?> FindByLengthAsync(BlobRow blob, CancellationToken cancellationToken)
    {
        var (reader, finding) = await OpenWholeAsync(StorageKey.Parse(blob.StorageKey), blob.Size, BlobRange.Nothing, cancellationToken);
        if (reader is not null)
        {
            await reader.DisposeAsync();
        }

        return finding;
    }

    /// <summary>What is wrong with the bytes; all of them are read and hashed. Null: nothing. Changes nothing.</summary>
    /// <param name="paced">Told how many bytes are about to be hashed; may hold them back.</param>
    /// <exception cref="IOException">They cannot be read.</exception>
    internal async Task<string?> FindByReadingAsync(BlobRow blob, Func<int, ValueTask> paced, CancellationToken cancellationToken)
    {
        var (reader, finding) = await OpenWholeAsync(StorageKey.Parse(blob.StorageKey), blob.Size, new BlobRange(0, blob.Size), cancellationToken);
        if (reader is null)
        {
            return finding;
        }

        await using (reader)
        {
            var digest = Digest.Parse(blob.Digest);
            return await ObjectBytes.HashAsync(reader, digest.Algorithm, paced, cancellationToken) == digest ? null : BlobFindings.WrongBytes;
        }
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

    /// <summary>One of the two is null.</summary>
    private async ValueTask<(IBlobReader? Reader, string? Finding)> OpenWholeAsync(StorageKey key, long size, BlobRange range, CancellationToken cancellationToken)
    {
        var reader = await store.OpenReadAsync(key, range, cancellationToken);
        var finding = BlobFindings.Of(reader?.Length, size);
        if (reader is not null && finding is not null)
        {
            await reader.DisposeAsync();
            return (null, finding);
        }

        return (reader, finding);
    }

    private Task<bool> MarkAsync(string digest, string key, string finding, long? runId, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            db =>
            {
                var marked = BlobFindings.Mark(db, digest, key, finding);
                if (marked && runId is { } run)
                {
                    db.Runs.Where(r => r.Id == run).ExecuteUpdate(set => set.SetProperty(r => r.Missing, r => r.Missing + 1));
                }

                return marked;
            },
            cancellationToken);
}
