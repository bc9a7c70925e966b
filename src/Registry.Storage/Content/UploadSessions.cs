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
/// Staged bytes with an expiry, from POST to seal (specification, "Pushing blobs"). A request's bytes count
/// when all of them have come: one that breaks off leaves the session as it was.
/// </summary>
public sealed class UploadSessions(UploadIntake intake, IDbContextFactory<IndexContext> contexts, UploadSealing sealing, IndexWriter writer, Deadlines deadlines)
{
    private readonly OpenSessions open = new();

    public async Task<UploadSession> BeginAsync(RepositoryName repository, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var now = deadlines.Now;
        var row = new UploadSessionRow
        {
            Id = Guid.CreateVersion7(now),
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
            await bytes.DropAsync(taken.Row.Received);
            return mismatch;
        }

        var received = taken.Row.Received + count;
        var expiresAt = deadlines.UploadExpiryFromNow;
        await writer.WriteAsync(
            db => db.UploadSessions.Where(s => s.Id == id).ExecuteUpdate(set => set.SetProperty(s => s.Received, received).SetProperty(s => s.ExpiresAt, expiresAt)),
            cancellationToken);
        return new UploadSession(id, received);
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
                await bytes.DropAsync(taken.Row.Received);
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

            await MakeDurableAsync(bytes, id, cancellationToken);
            await sealing.SealAsync(taken.Row, digest, bytes.Length, cancellationToken);
        }

        open.Forget(id);
        return digest;
    }

    /// <summary>
    /// Begins a session and ends it with this body (specification, "Single POST"). Whatever goes wrong ends the session too:
    /// its caller never learns where it is. Errors: DigestInvalid.
    /// </summary>
    public async Task<Outcome<Digest>> PushAsync(RepositoryName repository, Digest digest, PipeReader body, CancellationToken cancellationToken)
    {
        var session = await BeginAsync(repository, digest.Algorithm, cancellationToken);
        try
        {
            return await SealAsync(repository, session.Id, range: null, digest, body, cancellationToken);
        }
        catch
        {
            await EndAsync(session.Id, CancellationToken.None);
            throw;
        }
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
        var now = deadlines.Now;
        List<UploadSessionRow> expired;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            expired = db.UploadSessions.Where(s => s.ExpiresAt < now).ToList();
        }

        var count = 0;
        foreach (var row in expired)
        {
            // Bytes may be coming in right now, at a slow client's pace: such a session is not abandoned.
            using var session = open.TryTake(row.Id, DigestAlgorithm.Find(row.Algorithm)!);
            if (session is not null && await sealing.CancelAsync(row.Id, onlyIfExpiredAt: now, cancellationToken))
            {
                open.Forget(row.Id);
                count++;
            }
        }

        return count;
    }

    /// <summary>
    /// A sync that failed may have lost pages that a second one would not miss: the bytes cannot be trusted any more, and
    /// the session ends.
    /// </summary>
    private async Task MakeDurableAsync(StagedBytes bytes, Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await bytes.MakeDurableAsync(cancellationToken);
        }
        catch (IOException)
        {
            await EndAsync(id, CancellationToken.None);
            throw;
        }
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
        new(ErrorKind.UploadUnknown, $"There is no upload session {id:N}: it was finished, cancelled or has expired. Start a new one.");

    private sealed record TakenSession(UploadSessionRow Row, OpenSession Session);
}
