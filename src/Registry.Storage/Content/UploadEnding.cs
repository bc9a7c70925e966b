using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>The two ends of an upload session, each one transaction: its bytes become a blob, or nobody's.</summary>
public sealed class UploadEnding(IndexWriter writer, CondemnedObjects condemned, BlobObjects objects, Deadlines deadlines)
{
    /// <summary>
    /// The bytes, already durable, become the blob of <paramref name="digest"/> and the repository gets its link. If the
    /// digest is known they are condemned instead, unless its object was found bad: then they replace it.
    /// The caller has taken the session, so it cannot end meanwhile.
    /// </summary>
    internal async Task SealAsync(UploadSessionRow session, Digest digest, long size, CancellationToken cancellationToken)
    {
        // What is known is not always there: the bytes that have just come must not be given up for ones that were lost.
        await objects.VerifyAsync(digest, cancellationToken);
        var digestText = digest.ToString();
        var leftOver = await writer.WriteSoonAsync<long?>(
            db =>
            {
                if (db.UploadSessions.Where(s => s.Id == session.Id).ExecuteDelete() == 0)
                {
                    throw new InvalidOperationException($"The upload session {new SessionId(session.Id)} ended while a request had it.");
                }

                var now = deadlines.Now;
                long? unneeded = null;
                var blob = db.Blobs.AsTracking().FirstOrDefault(b => b.Digest == digestText);
                if (blob is null)
                {
                    blob = new BlobRow { Digest = digestText, StorageKey = session.StorageKey, Size = size, CreatedAt = now };
                    db.Blobs.Add(blob);
                }
                else if (blob.Finding is not null)
                {
                    Condemning.Add(db, blob.StorageKey, blob.Size, digestText, $"replaced: {blob.Finding}", deadlines.DrainFromNow);
                    (blob.StorageKey, blob.Size, blob.Finding) = (session.StorageKey, size, null);
                }
                else
                {
                    unneeded = Condemning.Add(db, session.StorageKey, size, digestText, "already stored", now);
                }

                db.SaveChanges();
                LinkPromises.Keep(db, session.RepositoryId, blob.Id, now, deadlines.PromiseFromNow);
                return unneeded;
            },
            cancellationToken);
        if (leftOver is { } condemnedId)
        {
            await DeleteLeftOverAsync(condemnedId, cancellationToken);
        }
    }

    /// <summary>Ends the session and condemns its bytes. False: there was none (or it is not expired at the given time).</summary>
    /// <param name="runId">The run that ends it; null where none does.</param>
    internal async Task<bool> CancelAsync(SessionId id, DateTimeOffset? onlyIfExpiredAt, long? runId, CancellationToken cancellationToken)
    {
        var cancelled = await writer.WriteSoonAsync<long?>(
            db =>
            {
                var row = db.UploadSessions.FirstOrDefault(s => s.Id == id.Value && (onlyIfExpiredAt == null || s.ExpiresAt < onlyIfExpiredAt));
                if (row is null)
                {
                    return null;
                }

                db.UploadSessions.Where(s => s.Id == id.Value).ExecuteDelete();
                return Condemning.Add(db, row.StorageKey, row.Received, digest: null, "unfinished upload", deadlines.Now, runId);
            },
            cancellationToken);
        if (cancelled is not { } condemnedId)
        {
            return false;
        }

        await DeleteLeftOverAsync(condemnedId, cancellationToken);
        return true;
    }

    /// <summary>Nobody has read these bytes, so they need not wait for a schedule. If it fails the schedule has them.</summary>
    private async Task DeleteLeftOverAsync(long condemnedId, CancellationToken cancellationToken)
    {
        try
        {
            await condemned.DeleteDueAsync(condemnedId, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException || IndexFailure.Is(e))
        {
            // The client's request has succeeded already; the condemned rows are the memory of what is left to do.
        }
    }
}
