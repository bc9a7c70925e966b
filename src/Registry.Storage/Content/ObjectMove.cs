using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

internal enum MoveOutcome
{
    Moved,

    /// <summary>Its bytes are not right; the blob has a finding.</summary>
    Skipped,

    /// <summary>The blob has gone, or has other bytes by now.</summary>
    Gone,
}

/// <summary>
/// Gives a blob a copy of its bytes in another blob store, under a new key. The copy's key is written down before its first byte, as condemned: whatever
/// breaks off, the bytes are somebody's to delete. One transaction then takes the key from there, gives it to the blob, and condemns the old object, which
/// downloads that have begun go on reading until the drain is over.
/// </summary>
public sealed class ObjectMove(IndexWriter writer, Deadlines deadlines)
{
    /// <summary>Longer than the copy of the largest blob takes.</summary>
    private static readonly TimeSpan LongestCopy = TimeSpan.FromDays(1);

    /// <exception cref="IOException">One of the stores cannot do its work; nothing has changed.</exception>
    internal async Task<MoveOutcome> MoveAsync(BlobRow blob, StoreAt source, StoreAt target, BytePace pace, CancellationToken cancellationToken)
    {
        await using var reader = await source.Store.OpenReadAsync(StorageKey.Parse(blob.StorageKey), new BlobRange(0, blob.Size), cancellationToken);
        if (reader is null)
        {
            // Moved, or deleted, since it was listed. If it is lost, a check says so.
            return MoveOutcome.Gone;
        }

        if (BlobFindings.Of(reader.Length, blob.Size) is { } finding)
        {
            await MarkAsync(blob, finding, cancellationToken);
            return MoveOutcome.Skipped;
        }

        var key = StorageKey.New(deadlines.Now);
        var intent = await writer.WriteBesideAsync(
            db => Condemning.Add(db, key.ToString(), blob.Size, digest: null, "a copy that was not finished", deadlines.Now + LongestCopy), cancellationToken);
        var moved = false;
        try
        {
            if (!await CopyAsync(blob, reader, key, target, pace, cancellationToken))
            {
                await MarkAsync(blob, BlobFindings.WrongBytes, cancellationToken);
                return MoveOutcome.Skipped;
            }

            moved = await writer.WriteBesideAsync(db => Switch(db, blob, key, intent, target.Name), cancellationToken);
            return moved ? MoveOutcome.Moved : MoveOutcome.Gone;
        }
        finally
        {
            if (!moved)
            {
                await GiveUpAsync(intent);
            }
        }
    }

    /// <summary>False: what was read has another digest. True: the store has the very bytes, as far as it can be asked.</summary>
    private static async Task<bool> CopyAsync(BlobRow blob, IBlobReader reader, StorageKey key, StoreAt target, BytePace pace, CancellationToken cancellationToken)
    {
        var digest = Digest.Parse(blob.Digest);
        using var hash = IncrementalHash.CreateHash(digest.Algorithm.Hash);
        await using (var copy = await target.Store.OpenWriteAsync(key, 0, cancellationToken) ?? throw new IOException($"{target.Name} does not take {key}."))
        {
            await ObjectBytes.ReadAsync(
                reader,
                async block =>
                {
                    await pace.SpendAsync(block.Length, cancellationToken);
                    hash.AppendData(block.Span);
                    await copy.WriteAsync(block, cancellationToken);
                },
                cancellationToken);
            if (Digest.FromHash(digest.Algorithm, hash.GetCurrentHash()) != digest)
            {
                return false;
            }

            await copy.CompleteAsync(cancellationToken);
        }

        await using var stored = await target.Store.OpenReadAsync(key, BlobRange.Nothing, cancellationToken);
        return stored?.Length == blob.Size ? true : throw new IOException($"{target.Name} has {stored?.Length ?? 0} bytes of {key}, and {blob.Size} were written.");
    }

    /// <summary>False: the blob has gone or has other bytes by now, or the copy took so long that it may have been deleted.</summary>
    private bool Switch(IndexContext db, BlobRow blob, StorageKey key, long intent, string target)
    {
        var (text, now) = (key.ToString(), deadlines.Now);
        if (!db.Condemned.Any(c => c.Id == intent && c.DeleteAfter > now)
            || db.Blobs.Where(b => b.Id == blob.Id && b.StorageKey == blob.StorageKey && b.Finding == null).ExecuteUpdate(set => set.SetProperty(b => b.StorageKey, text)) == 0)
        {
            return false;
        }

        db.Condemned.Where(c => c.Id == intent).ExecuteDelete();
        Condemning.Add(db, blob.StorageKey, blob.Size, blob.Digest, $"moved to {target}", deadlines.DrainFromNow);
        return true;
    }

    private Task<bool> MarkAsync(BlobRow blob, string finding, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => BlobFindings.Mark(db, blob.Digest, blob.StorageKey, finding), cancellationToken);

    /// <summary>Nobody needs the copy: it need not wait for its day. If this fails, it does.</summary>
    private async Task GiveUpAsync(long intent)
    {
        try
        {
            var now = deadlines.Now;
            await writer.WriteBesideAsync(db => db.Condemned.Where(c => c.Id == intent).ExecuteUpdate(set => set.SetProperty(c => c.DeleteAfter, now)), CancellationToken.None);
        }
        catch (Exception e) when (e is ObjectDisposedException || IndexFailure.Is(e))
        {
            // What broke off is the error to tell; the row is there.
        }
    }
}
