using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>
/// An index file that takes in objects of the journal, one transaction each. What does not follow on what it has, or does not fit to it, is refused:
/// an index that was patched up would be wrong without anybody knowing.
/// </summary>
internal sealed class Replay : IDisposable
{
    private readonly IndexContext db;

    private Replay(IndexContext db) => this.db = db;

    /// <summary>Null: the index has no journal, or does not even have a schema.</summary>
    public JournalPositionRow? Position { get; private set; }

    /// <summary>The last migration of the index; null: it has none yet.</summary>
    public string? Schema { get; private set; }

    /// <summary>Opens the file, or makes an empty one.</summary>
    public static Replay Open(string path)
    {
        var options = new DbContextOptionsBuilder<IndexContext>().UseSqlite(IndexDatabase.ReplayConnectionString(path)).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);
        var db = new IndexContext(options.Options);
        try
        {
            db.Database.OpenConnection();
            // NORMAL: a power cut may take the last transactions, and they are still in the journal.
            db.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
            var replay = new Replay(db);
            replay.ReadPosition();
            return replay;
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    /// <summary>Whether anything was ever put into the index.</summary>
    public bool IsEmpty() => Schema is null || (!db.Repositories.Any() && !db.Policies.Any());

    public (long Manifests, long Blobs) Count() => (db.Manifests.LongCount(), db.Blobs.LongCount());

    /// <summary>The numbers of the newest claims.</summary>
    public IReadOnlySet<long> FindClaims(int most) => db.JournalClaims.OrderByDescending(c => c.Number).Take(most).Select(c => c.Number).ToHashSet();

    /// <summary>Brings the schema up to date.</summary>
    public void Migrate()
    {
        IndexDatabase.Migrate(db);
        ReadPosition();
    }

    /// <summary>Changes that were committed here and are in no object of the journal.</summary>
    public IReadOnlyList<JournaledChange> FindPending() =>
        db.Pending.OrderBy(p => p.Sequence).AsEnumerable().Select(p => new JournaledChange(Position!.Term, p.Sequence, p.Changes)).ToList();

    /// <summary>Takes the next object in. What of it is in the index already is passed over.</summary>
    /// <exception cref="InvalidDataException">It does not follow, or does not fit.</exception>
    /// <exception cref="DivergedException">Another process has taken over without knowing all that was committed here.</exception>
    public void Take(JournalEntry entry)
    {
        var header = entry.Header;
        if (header.Schema != Schema)
        {
            MigrateTo(header);
        }

        var position = Position ?? new JournalPositionRow { Id = JournalPositionRow.TheOne, Lineage = header.Lineage };
        if (header.Lineage != position.Lineage || header.Number != position.Number + 1)
        {
            throw new InvalidDataException($"Object {header.Number} of the journal {header.Lineage} does not follow on object {position.Number} of {position.Lineage}.");
        }

        using (var transaction = db.Database.BeginTransaction())
        {
            TakeChanges(entry, position);
            if (header.Claim is { } claim)
            {
                TakeClaim(header, claim, position);
            }

            position.Number = header.Number;
            position.IsReleased = header.IsReleased;
            db.Database.ExecuteSql($"""
                INSERT OR REPLACE INTO journal_position (Id, Lineage, Number, Term, Sequence, IsWriter, IsReleased, PromisedUntil)
                VALUES ({position.Id}, {position.Lineage}, {position.Number}, {position.Term}, {position.Sequence}, {position.IsWriter}, {position.IsReleased}, {position.PromisedUntil?.ToUnixTimeMilliseconds()})
                """);
            transaction.Commit();
        }

        Position = position;
    }

    /// <summary>From the claim that was taken in last on, changes are made here.</summary>
    public void BecomeWriter()
    {
        db.Database.ExecuteSql($"UPDATE journal_position SET IsWriter = 1");
        ReadPosition();
    }

    /// <summary>Makes a copy that has just been downloaded one that can follow: whoever made it may have left things in it that are of its disk.</summary>
    public void BecomeFollower()
    {
        if (Position is not null)
        {
            db.Database.ExecuteSql($"UPDATE journal_position SET IsWriter = 0");
            db.Database.ExecuteSql($"DELETE FROM pending");
            ReadPosition();
        }
    }

    /// <summary>Reads where the index is: somebody else may have written to it.</summary>
    public void ReadPosition()
    {
        Schema = IndexDatabase.FindSchema(db);
        Position = Schema is not null && HasPosition() ? db.JournalPosition.FirstOrDefault() : null;
    }

    public void Dispose() => db.Dispose();

    private bool HasPosition() => db.Database.SqlQuery<int>($"SELECT COUNT(*) AS Value FROM sqlite_master WHERE name = 'journal_position'").AsEnumerable().Single() > 0;

    private void MigrateTo(JournalHeader header)
    {
        if (!db.Database.GetMigrations().Contains(header.Schema))
        {
            throw new InvalidDataException($"Object {header.Number} of the journal was written by a newer version of the registry (its index has the schema '{header.Schema}'). Start that version, or a newer one.");
        }

        IndexDatabase.Migrate(db, header.Schema);
        Schema = IndexDatabase.FindSchema(db);
    }

    private void TakeChanges(JournalEntry entry, JournalPositionRow position)
    {
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        foreach (var change in entry.Changes)
        {
            if (change.Term == position.Term && change.Sequence <= position.Sequence)
            {
                continue;
            }

            if (change.Term != position.Term || change.Sequence != position.Sequence + 1)
            {
                throw new InvalidDataException($"Object {entry.Header.Number} of the journal has the change {change.Term}/{change.Sequence}, which does not follow on {position.Term}/{position.Sequence}.");
            }

            SessionExtension.Apply(connection, change.Changes.Span);
            position.Sequence = change.Sequence;
        }

        if (entry.Changes.Count > 0)
        {
            db.Database.ExecuteSql($"DELETE FROM pending WHERE Sequence <= {entry.Changes[^1].Sequence}");
        }
    }

    private void TakeClaim(JournalHeader header, JournalClaim claim, JournalPositionRow position)
    {
        if (db.Pending.Any())
        {
            throw new DivergedException($"{claim.Owner} has taken over the journal (object {header.Number}) without the last changes that were committed here.");
        }

        db.Database.ExecuteSql($"INSERT INTO journal_claims (Number) VALUES ({header.Number})");
        (position.Term, position.Sequence, position.IsWriter) = (header.Number, 0, false);
        position.PromisedUntil = claim.PromisedUntil is { } end && !(position.PromisedUntil > end) ? end : position.PromisedUntil;
    }
}

/// <summary>This index has changes that the journal went on without. It is of no use any more, and is made anew from the bucket.</summary>
internal sealed class DivergedException(string message) : IOException(message);
