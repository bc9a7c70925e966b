using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Who has an upload session: one request at a time, from its first look at the session to its answer.</summary>
public sealed class TakenSessions(IDbContextFactory<IndexContext> contexts)
{
    private readonly OpenSessions open = new();

    internal static RegistryError Unknown(SessionId id) =>
        new(ErrorKind.UploadUnknown, $"There is no upload session {id}: it was finished, cancelled or has expired. Start a new one.");

    internal UploadSessionRow? Find(RepositoryName repository, SessionId id)
    {
        var name = repository.ToString();
        using var db = contexts.CreateDbContext();
        return db.UploadSessions.Where(s => s.Id == id.Value).Join(db.Repositories.Where(r => r.Name == name), s => s.RepositoryId, r => r.Id, (s, r) => s).FirstOrDefault();
    }

    internal async Task<IReadOnlyList<UploadSessionRow>> FindExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return db.UploadSessions.Where(s => s.ExpiresAt < now).ToList();
    }

    /// <summary>Takes the session for one request. Errors: UploadUnknown, UploadBusy.</summary>
    internal Outcome<TakenSession> Take(RepositoryName repository, SessionId id)
    {
        if (Find(repository, id) is not { } seen)
        {
            return Unknown(id);
        }

        if (TryTake(seen) is not { } taken)
        {
            return new RegistryError(ErrorKind.UploadBusy, "Another request is writing to this upload session. Send its chunks one after the other.");
        }

        // Read again now that nobody else can write: an earlier request may have ended between the two.
        if (Find(repository, id) is not { } row)
        {
            taken.Dispose();
            Forget(id);
            return Unknown(id);
        }

        return taken with { Row = row };
    }

    /// <summary>Takes the session; null while a request has it.</summary>
    internal TakenSession? TryTake(UploadSessionRow row) =>
        open.TryTake(new SessionId(row.Id), DigestAlgorithm.Find(row.Algorithm)!) is { } session ? new TakenSession(row, session) : null;

    /// <summary>The session has ended.</summary>
    internal void Forget(SessionId id) => open.Forget(id);
}

/// <summary>An upload session while one request has it. Disposing gives it back.</summary>
internal sealed record TakenSession(UploadSessionRow Row, OpenSession Session) : IDisposable
{
    public SessionId Id => new(Row.Id);

    public void Dispose() => Session.Dispose();
}
