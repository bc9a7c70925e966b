using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>The database's own checks of itself: its pages and indexes, and its foreign keys (a manifest's edges and links, a tag's manifest).</summary>
internal sealed class IndexStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, TimeProvider time) : ICheckStep
{
    /// <summary>A damaged page may be behind a million lines.</summary>
    private const int MostLines = 100;

    public string Name => "index";

    public bool IsPartOf(CheckRow check) => true;

    public async Task<bool> RunAsync(CheckRow check, CancellationToken cancellationToken)
    {
        if (check.Cursor > 0)
        {
            return false;
        }

        // On a thread of the pool: SQLite knows no asynchronous reads, and this may take minutes.
        var lines = await Task.Run(() => Read(cancellationToken), cancellationToken);
        if (lines.Count > 0)
        {
            await writer.WriteBesideAsync(
                db =>
                {
                    lines.ForEach(line => FindingLog.Add(db, Finding(check, line)));
                    return lines.Count;
                },
                cancellationToken);
        }

        check.Cursor = 1;
        return true;
    }

    private FindingRow Finding(CheckRow check, string line) => new()
    {
        CheckId = check.Id,
        Kind = FindingKinds.Index,
        Repository = "",
        Name = line,
        Detail = "the database's own check says so",
        At = time.GetUtcNow(),
        Outcome = FindingOutcomes.Reported,
    };

    private List<string> Read(CancellationToken cancellationToken)
    {
        using var db = contexts.CreateDbContext();
        db.Database.OpenConnection();
        var connection = (SqliteConnection)db.Database.GetDbConnection();
        using var stop = cancellationToken.Register(() => SQLitePCL.raw.sqlite3_interrupt(connection.Handle));
        try
        {
            return
            [
                .. Lines(connection, $"PRAGMA integrity_check({MostLines})", row => row.GetString(0)).Where(line => line != "ok"),
                .. Lines(connection, "PRAGMA foreign_key_check", row => $"a row of {row.GetString(0)} ({(row.IsDBNull(1) ? "without an id" : row.GetValue(1))}) names one of {row.GetString(2)} that is not there"),
            ];
        }
        catch (SqliteException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (SqliteException e)
        {
            return [e.Message];
        }
    }

    private static List<string> Lines(SqliteConnection connection, string query, Func<SqliteDataReader, string> read)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        // Longer than any index takes; a stop interrupts it.
        command.CommandTimeout = 0;
        using var rows = command.ExecuteReader();
        var lines = new List<string>();
        while (lines.Count < MostLines && rows.Read())
        {
            lines.Add(read(rows));
        }

        return lines;
    }
}
