using System.IO.Pipelines;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Content;

/// <summary>Where a chunk says that it belongs: first and last byte, both counted from 0 (specification, <c>Content-Range</c>).</summary>
public readonly record struct ChunkRange(long First, long Last);

/// <summary>An upload session as its owner sees it. Received is in bytes.</summary>
public sealed record UploadSession(Guid Id, long Received);

/// <summary>A chunk that does not begin where the session's bytes end.</summary>
public sealed record OutOfOrder(Guid SessionId, long Received);

/// <summary>
/// Staged bytes with an owner and an expiry, from POST to seal (specification, "Pushing blobs"). A request's bytes count
/// when all of them have come: one that breaks off leaves the session as it was.
/// </summary>
public sealed class UploadSessions(UploadIntake intake, IDbContextFactory<IndexContext> contexts, UploadSealing sealing, IndexWriter writer, TimeProvider time)
{
    private readonly OpenSessions open = new();

    public async Task<UploadSession> BeginAsync(RepositoryName repository, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new UploadSessionRow
        {
            Id = Guid.CreateVersion7(now),
            StorageKey = StorageKey.New(time).ToString(),
            Algorithm = algorithm.Name,
            Received = 0,
            ExpiresAt = now + sealing.Expiry,
        };
        await writer.WriteAsync(
            db =>
            {
                row.RepositoryId = Repositories.FindOrAdd(db, repository, now);
                db.UploadSessions.Add(row);
                return db.SaveChanges();
            },
            cancellationToken);
        return new UploadSession(row.Id, 0);
    }

    /// <summary>Errors: UploadUnknown.</summary>
    public Outcome<UploadSession> Find(RepositoryName repository, Guid id) =>
        FindRow(repository, id) is { } row ? new UploadSession(row.Id, row.Received) : Unknown(id);

    /// <summary>Appends a request's body. Errors: UploadUnknown, UploadBusy, UploadOutOfOrder, UploadInvalid.</summary>
    public async Task<Outcome<UploadSession>> AppendAsync(RepositoryName repository, Guid id, ChunkRange? range, PipeReader body, CancellationToken cancellationToken)
    {
        if (!Take(repository, id, range).Succeeded(out var taken, out var refusal))
        {
            return refusal;
        }

        using var session = taken.Session;
        await using var bytes = await intake.OpenAsync(taken.Row, session, cancellationToken);
        if (bytes is null)
        {
            await EndAsync(id, cancellationToken);
            return Unknown(id);
        }

        var count = await bytes.ReceiveAsync(body, cancellationToken);
        if (RangeMismatch(range, count) is { } mismatch)
        {
            session.ForgetHash();
            return mismatch;
        }

        var received = taken.Row.Received + count;
        var expiresAt = time.GetUtcNow() + sealing.Expiry;
        var updated = await writer.WriteAsync(
            db => db.UploadSessions.Where(s => s.Id == id).ExecuteUpdate(set => set.SetProperty(s => s.Received, received).SetProperty(s => s.ExpiresAt, expiresAt)),
            cancellationToken);
        return updated == 1 ? new UploadSession(id, received) : Unknown(id);
    }

    /// <summary>
    /// Appends the closing request's body, if it has one, and makes the whole a blob of the repository under
    /// <paramref name="digest"/>. Errors: those of <see cref="AppendAsync"/>, which leave the session, and DigestInvalid,
    /// which ends it.
    /// </summary>
    public async Task<Outcome<Digest>> SealAsync(RepositoryName repository, Guid id, ChunkRange? range, Digest digest, PipeReader body, CancellationToken cancellationToken)
    {
        if (!Take(repository, id, range).Succeeded(out var taken, out var refusal))
        {
            return refusal;
        }

        using var session = taken.Session;
        await using (var bytes = await intake.OpenAsync(taken.Row, session, cancellationToken))
        {
            if (bytes is null)
            {
                await EndAsync(id, cancellationToken);
                return Unknown(id);
            }

            var count = await bytes.ReceiveAsync(body, cancellationToken);
            if (RangeMismatch(range, count) is { } mismatch)
            {
                session.ForgetHash();
                return mismatch;
            }

            var actual = await bytes.DigestAsync(digest.Algorithm, cancellationToken);
            if (actual != digest)
            {
                await EndAsync(id, cancellationToken);
                return new RegistryError(
                    ErrorKind.DigestInvalid,
                    $"The bytes that arrived have the digest {actual}, not {digest}. The upload was discarded; start again.",
                    new { digest = digest.ToString(), actual = actual.ToString() });
            }

            await bytes.MakeDurableAsync(cancellationToken);
            if (!await sealing.SealAsync(taken.Row, digest, bytes.Length, cancellationToken))
            {
                return Unknown(id);
            }
        }

        open.Forget(id);
        return digest;
    }

    /// <summary>The client gives up (specification, end-14). Errors: UploadUnknown, UploadBusy.</summary>
    public async Task<Outcome<UploadSession>> CancelAsync(RepositoryName repository, Guid id, CancellationToken cancellationToken)
    {
        if (!Take(repository, id, range: null).Succeeded(out var taken, out var refusal))
        {
            return refusal;
        }

        using var session = taken.Session;
        await EndAsync(id, cancellationToken);
        return new UploadSession(id, taken.Row.Received);
    }

    /// <summary>Cancels the sessions whose last byte is older than the expiry and returns how many there were.</summary>
    public async Task<int> ExpireAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<Guid> expired;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            expired = db.UploadSessions.Where(s => s.ExpiresAt < now).Select(s => s.Id).ToList();
        }

        var count = 0;
        foreach (var id in expired)
        {
            // Bytes may be coming in right now, at a slow client's pace: such a session is not abandoned.
            if (!open.IsTaken(id) && await sealing.CancelAsync(id, onlyIfExpiredAt: now, cancellationToken))
            {
                open.Forget(id);
                count++;
            }
        }

        return count;
    }

    private async Task EndAsync(Guid id, CancellationToken cancellationToken)
    {
        await sealing.CancelAsync(id, onlyIfExpiredAt: null, cancellationToken);
        open.Forget(id);
    }

    private Outcome<TakenSession> Take(RepositoryName repository, Guid id, ChunkRange? range)
    {
        if (FindRow(repository, id) is not { } seen)
        {
            return Unknown(id);
        }

        var session = open.TryTake(id, DigestAlgorithm.Find(seen.Algorithm)!);
        if (session is null)
        {
            return new RegistryError(ErrorKind.UploadBusy, "Another request is writing to this upload session. Send its chunks one after the other.");
        }

        // Read again now that nobody else can write: an earlier request may have ended between the two.
        if (FindRow(repository, id) is not { } row)
        {
            session.Dispose();
            open.Forget(id);
            return Unknown(id);
        }

        if (range is { } r && r.First != row.Received)
        {
            session.Dispose();
            return new RegistryError(
                ErrorKind.UploadOutOfOrder,
                $"The session has {row.Received} bytes, so the next chunk begins at {row.Received}, not at {r.First}.",
                new OutOfOrder(id, row.Received));
        }

        return new TakenSession(row, session);
    }

    private static RegistryError? RangeMismatch(ChunkRange? range, long count) =>
        range is { } r && r.Last - r.First + 1 != count
            ? new RegistryError(ErrorKind.UploadInvalid, $"Content-Range announces {r.Last - r.First + 1} bytes, but the body has {count}. The chunk was discarded; send it again.")
            : null;

    private UploadSessionRow? FindRow(RepositoryName repository, Guid id)
    {
        var name = repository.ToString();
        using var db = contexts.CreateDbContext();
        return db.UploadSessions.Where(s => s.Id == id).Join(db.Repositories.Where(r => r.Name == name), s => s.RepositoryId, r => r.Id, (s, r) => s).FirstOrDefault();
    }

    private static RegistryError Unknown(Guid id) =>
        new(ErrorKind.UploadUnknown, $"There is no upload session {id}: it was finished, cancelled or has expired. Start a new one.");

    private sealed record TakenSession(UploadSessionRow Row, OpenSession Session);
}
