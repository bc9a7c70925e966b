using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Registry.Storage.Index;

/// <summary>
/// What the writer changes, on its way to the journal: recorded in each transaction, and either journaled before it commits, together with all that
/// was left behind, or left behind for a while, in a table of its own. Used by the writer's thread only.
/// </summary>
internal sealed class ChangeLog(IJournal journal) : IDisposable
{
    /// <summary>Bytes that are left behind at most.</summary>
    private const long MostPending = 4 * 1024 * 1024;

    private nint session;

    // As of the last commit, and as it will be when this one is made; null: nobody has looked yet.
    private long? pendingBytes;
    private long pendingThen;

    /// <summary>Whether there are changes here that the journal has not got.</summary>
    public bool HasPending { get; private set; }

    public bool MayAnswer => journal.MayAnswer;

    /// <summary>To be called before the transaction.</summary>
    public void Begin(IndexContext db)
    {
        journal.Settle();
        session = SessionExtension.Create((SqliteConnection)db.Database.GetDbConnection(), JournaledTables.Of(db));
    }

    /// <summary>To be called when the transaction has made its changes, and before it commits.</summary>
    public void Record(IndexContext db, Reach reach)
    {
        var changes = SessionExtension.Read(session);
        var position = db.JournalPosition.AsTracking().Single();
        if (!position.IsWriter)
        {
            throw new JournalFailure("The index follows another process's journal, and nothing is written to it here.");
        }

        pendingThen = pendingBytes ?? db.Database.SqlQuery<long>($"SELECT COALESCE(SUM(LENGTH(Changes)), 0) AS Value FROM pending").AsEnumerable().Single();
        if (changes.Length > 0)
        {
            position.Sequence++;
        }

        if (reach == Reach.Journal || pendingThen + changes.Length > MostPending)
        {
            Append(db, position, changes);
        }
        else if (changes.Length > 0)
        {
            db.Pending.Add(new PendingChangeRow { Sequence = position.Sequence, Changes = changes });
            pendingThen += changes.Length;
        }

        db.SaveChanges();
        db.ChangeTracker.Clear();
    }

    /// <summary>To be called when the transaction has committed.</summary>
    public void Committed()
    {
        pendingBytes = pendingThen;
        HasPending = pendingThen > 0;
        End();
    }

    /// <summary>To be called when the transaction has failed, or was never begun.</summary>
    public void Failed()
    {
        pendingBytes = null;
        End();
    }

    public void Dispose() => End();

    private void End()
    {
        if (session != 0)
        {
            SessionExtension.Delete(session);
            session = 0;
        }
    }

    private void Append(IndexContext db, JournalPositionRow position, byte[] changes)
    {
        var all = db.Pending.OrderBy(p => p.Sequence).AsEnumerable().Select(p => new JournaledChange(position.Term, p.Sequence, p.Changes)).ToList();
        if (changes.Length > 0)
        {
            all.Add(new JournaledChange(position.Term, position.Sequence, changes));
        }

        if (all.Count == 0)
        {
            return;
        }

        position.Number++;
        journal.Append(position, all);
        db.Pending.ExecuteDelete();
        pendingThen = 0;
    }
}
