using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Registry.Storage.Index;

/// <summary>Reads that are all of one moment, beside the writer.</summary>
public sealed class Snapshot : IDisposable
{
    private readonly IndexContext db;
    private readonly SqliteTransaction transaction;

    private Snapshot(IndexContext db, SqliteTransaction transaction) => (this.db, this.transaction) = (db, transaction);

    /// <summary>
    /// From the first read on, until this is disposed, the context sees the index as it is then. A transaction of EF Core's own would
    /// take the lock for writing at once (BEGIN IMMEDIATE), and every push would wait for it.
    /// </summary>
    public static Snapshot Begin(IndexContext db)
    {
        db.Database.OpenConnection();
        var transaction = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true);
        db.Database.UseTransaction(transaction);
        return new Snapshot(db, transaction);
    }

    public void Dispose()
    {
        db.Database.UseTransaction(null);
        transaction.Dispose();
        db.Database.CloseConnection();
    }
}
