using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Registry.Storage.Index;

/// <summary>Opens the SQLite file of the index and brings its schema up to date.</summary>
public static class IndexDatabase
{
    public const string FileName = "index.db";

    public static string ConnectionString(string dataDirectory) => new SqliteConnectionStringBuilder
    {
        DataSource = Path.Combine(dataDirectory, FileName),
        ForeignKeys = true,
    }.ConnectionString;

    /// <summary>For taking in changes that were made in another index, where the references between them were checked already.</summary>
    public static string ReplayConnectionString(string path) => new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = false, Pooling = false }.ConnectionString;

    public static void Configure(DbContextOptionsBuilder options, string dataDirectory) =>
        options.UseSqlite(ConnectionString(dataDirectory)).UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking);

    /// <summary>
    /// Whether the index can be read; null if so. Opens its file anew: a connection from the pool would still read one that
    /// was removed.
    /// </summary>
    public static async Task<string?> FindProblemAsync(IndexContext db, CancellationToken cancellationToken)
    {
        var anew = new SqliteConnectionStringBuilder(db.Database.GetConnectionString()) { Pooling = false, Mode = SqliteOpenMode.ReadOnly };
        try
        {
            await using var connection = new SqliteConnection(anew.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT Id FROM repositories LIMIT 1";
            await command.ExecuteScalarAsync(cancellationToken);
            return null;
        }
        catch (Exception e) when (IndexFailure.Is(e))
        {
            return $"The index '{anew.DataSource}' cannot be read: {e.Message}";
        }
    }

    /// <summary>The last migration that this version knows.</summary>
    public static string NewestSchema()
    {
        using var db = new DesignTimeFactory().CreateDbContext([]);
        return db.Database.GetMigrations().Last();
    }

    /// <summary>The last migration that the index has; null: it has none yet.</summary>
    public static string? FindSchema(IndexContext db) => db.Database.GetAppliedMigrations().LastOrDefault();

    /// <summary>The caller holds the data directory alone.</summary>
    /// <param name="schema">The migration up to which; null for all.</param>
    /// <exception cref="SqliteException">The file is no index, is damaged, or cannot be written.</exception>
    public static void Migrate(IndexContext db, string? schema = null)
    {
        // WAL is a property of the file, set once: readers and the writer do not wait for each other.
        db.Database.ExecuteSqlRaw("PRAGMA journal_mode=WAL;");
        if (!db.Database.GetPendingMigrations().Any())
        {
            // Migrate() would write its lock, and on a full disk that is one write too many: pulls must go on.
            return;
        }

        // A process that was killed while it migrated has left its lock, and nobody else can hold it.
        db.Database.ExecuteSqlRaw("DROP TABLE IF EXISTS \"__EFMigrationsLock\";");
        db.Database.Migrate(schema);
    }
}
