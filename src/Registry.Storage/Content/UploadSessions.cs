using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>An upload session as its owner sees it. Received is in bytes.</summary>
public sealed record UploadSession(SessionId Id, long Received);

/// <summary>
/// Staged bytes with an expiry, from POST to seal (specification, "Pushing blobs"). A request's bytes count
/// when all of them have come: one that breaks off leaves the session as it was.
/// </summary>
public sealed class UploadSessions(TakenSessions sessions, UploadBodies bodies, UploadEnding ending, IndexWriter writer, Deadlines deadlines)
{
    /// <summary>Errors: StorageFull, if there is no room for a single byte.</summary>
    public Task<Outcome<UploadSession>> BeginAsync(RepositoryName repository, DigestAlgorithm algorithm, CancellationToken cancellationToken) =>
        BeginAsync(repository, algorithm, atLeast: 1, cancellationToken);

    /// <summary>Errors: UploadUnknown.</summary>
    public Outcome<UploadSession> Find(RepositoryName repository, SessionId id) =>
        sessions.Find(repository, id) is { } row ? new UploadSession(id, row.Received) : TakenSessions.Unknown(id);

    /// <summary>Appends a request's body. Errors: UploadUnknown, UploadBusy, UploadOutOfOrder, UploadInvalid, StorageFull.</summary>
    public async Task<Outcome<UploadSession>> AppendAsync(RepositoryName repository, SessionId id, ChunkRange? range, UploadBody body, CancellationToken cancellationToken)
    {
        if (!sessions.Take(repository, id).Succeeded(out var taken, out var refusal))
        {
            return refusal;
        }

        using (taken)
        {
            if (!(await ReceiveAsync(taken, range, body, cancellationToken)).Succeeded(out var bytes, out refusal))
            {
                return refusal;
            }

            await using (bytes)
            {
                await bytes.SaveAsync(cancellationToken);
                var (received, expiresAt) = (bytes.Length, deadlines.UploadExpiryFromNow);
                await writer.WriteAsync(
                    db => db.UploadSessions.Where(s => s.Id == id.Value).ExecuteUpdate(set => set.SetProperty(s => s.Received, received).SetProperty(s => s.ExpiresAt, expiresAt)),
                    cancellationToken);
                return new UploadSession(id, received);
            }
        }
    }

    /// <summary>
    /// Appends the closing request's body, if it has one, and makes the whole a blob of the repository under
    /// <paramref name="digest"/>. Errors: those of <see cref="AppendAsync"/>, which leave the session, and DigestInvalid,
    /// which ends it.
    /// </summary>
    public async Task<RegistryError?> SealAsync(RepositoryName repository, SessionId id, ChunkRange? range, Digest digest, UploadBody body, CancellationToken cancellationToken)
    {
        if (!sessions.Take(repository, id).Succeeded(out var taken, out var refusal))
        {
            return refusal;
        }

        using (taken)
        {
            if (!(await ReceiveAsync(taken, range, body, cancellationToken)).Succeeded(out var bytes, out refusal))
            {
                return refusal;
            }

            await using (bytes)
            {
                // Without a running hash the bytes are read again, which a store need not allow before they are complete.
                var running = bytes.FindDigest(digest.Algorithm);
                if (running is null || running == digest)
                {
                    await CompleteAsync(bytes, id, cancellationToken);
                }

                var actual = running ?? await bytes.RereadAsync(digest.Algorithm, cancellationToken);
                if (actual != digest)
                {
                    await EndAsync(id, cancellationToken);
                    return new RegistryError(
                        ErrorKind.DigestInvalid,
                        $"The bytes that arrived have the digest {actual}, not {digest}. The upload was discarded; start again.",
                        new { digest = digest.ToString(), actual = actual.ToString() });
                }

                await ending.SealAsync(taken.Row, digest, bytes.Length, cancellationToken);
            }

            sessions.Forget(id);
            return null;
        }
    }

    /// <summary>
    /// Begins a session and ends it with this body (specification, "Single POST"). Whatever goes wrong ends the session too:
    /// its caller never learns where it is. Errors: DigestInvalid, StorageFull.
    /// </summary>
    public async Task<RegistryError?> PushAsync(RepositoryName repository, Digest digest, UploadBody body, CancellationToken cancellationToken)
    {
        if (!(await BeginAsync(repository, digest.Algorithm, atLeast: body.Length ?? 1, cancellationToken)).Succeeded(out var session, out var refusal))
        {
            return refusal;
        }

        var sealedNow = false;
        try
        {
            refusal = await SealAsync(repository, session.Id, range: null, digest, body, cancellationToken);
            sealedNow = refusal is null;
            return refusal;
        }
        finally
        {
            if (!sealedNow)
            {
                await EndAsync(session.Id, CancellationToken.None);
            }
        }
    }

    /// <summary>The client gives up (specification, end-14). Errors: UploadUnknown, UploadBusy.</summary>
    public async Task<RegistryError?> CancelAsync(RepositoryName repository, SessionId id, CancellationToken cancellationToken)
    {
        if (!sessions.Take(repository, id).Succeeded(out var taken, out var refusal))
        {
            return refusal;
        }

        using (taken)
        {
            await EndAsync(id, cancellationToken);
            return null;
        }
    }

    /// <summary>Cancels the sessions whose last byte is older than the expiry and returns how many there were.</summary>
    /// <param name="runId">The run that asks for it; null where none does.</param>
    public async Task<int> ExpireAsync(long? runId, CancellationToken cancellationToken)
    {
        var now = deadlines.Now;
        var count = 0;
        foreach (var row in await sessions.FindExpiredAsync(now, cancellationToken))
        {
            // Bytes may be coming in right now, at a slow client's pace: such a session is not abandoned.
            using var taken = sessions.TryTake(row);
            if (taken is not null && await ending.CancelAsync(taken.Id, onlyIfExpiredAt: now, runId, cancellationToken))
            {
                sessions.Forget(taken.Id);
                count++;
            }
        }

        return count;
    }

    private async Task<Outcome<UploadSession>> BeginAsync(RepositoryName repository, DigestAlgorithm algorithm, long atLeast, CancellationToken cancellationToken)
    {
        if (bodies.FindRefusal(atLeast) is { } refusal)
        {
            return refusal;
        }

        var now = deadlines.Now;
        var id = SessionId.New(now);
        var row = new UploadSessionRow
        {
            Id = id.Value,
            StorageKey = StorageKey.New(now).ToString(),
            Algorithm = algorithm.Name,
            Received = 0,
            ExpiresAt = deadlines.UploadExpiryFromNow,
        };
        await writer.WriteAsync(
            db =>
            {
                row.RepositoryId = Repositories.FindOrAdd(db, repository, now);
                db.UploadSessions.Add(row);
                return db.SaveChanges();
            },
            cancellationToken);
        return new UploadSession(id, 0);
    }

    /// <summary>As <see cref="UploadBodies.ReceiveAsync"/>; a session whose bytes have gone ends.</summary>
    private async Task<Outcome<StagedBytes>> ReceiveAsync(TakenSession taken, ChunkRange? range, UploadBody body, CancellationToken cancellationToken)
    {
        var received = await bodies.ReceiveAsync(taken, range, body, cancellationToken);
        if (received.Error?.Kind == ErrorKind.UploadUnknown)
        {
            await EndAsync(taken.Id, cancellationToken);
        }

        return received;
    }

    /// <summary>If it fails the session is as it was, unless the bytes cannot be trusted any more: then it ends.</summary>
    private async Task CompleteAsync(StagedBytes bytes, SessionId id, CancellationToken cancellationToken)
    {
        try
        {
            await bytes.CompleteAsync(cancellationToken);
        }
        catch (BytesLostException)
        {
            await EndAsync(id, CancellationToken.None);
            throw;
        }
    }

    private async Task EndAsync(SessionId id, CancellationToken cancellationToken)
    {
        await ending.CancelAsync(id, onlyIfExpiredAt: null, runId: null, cancellationToken);
        sessions.Forget(id);
    }
}
