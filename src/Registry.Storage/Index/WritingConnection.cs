using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Registry.Storage.Index;

/// <summary>
/// The writer's own connection, outside of the readers' pool and open as long as all goes well: its page cache stays warm from
/// one commit to the next. Used by the writer's thread only.
/// </summary>
internal sealed class WritingConnection(IDbContextFactory<IndexContext> contexts)
{
    // SQLite keeps these for each connection. FULL: a commit is on the disk before it returns. Temporary files stay in memory:
    // the folder for them may be full or not writable. The cache is 8 MiB instead of 2: the sweep of 100,000 images took a tenth
    // less time with 32, and memory is short. The log is copied by the Checkpointer; only where that falls behind, here, at 16 MiB.
    private const string Settings = "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=4096;";

    private IndexContext? context;

    public string ConnectionString { get; } = StringOf(contexts);

    public IndexContext Open() => context ??= OpenAnew();

    /// <summary>The next <see cref="Open"/> opens the file anew.</summary>
    public void Close()
    {
        context?.Dispose();
        context = null;
    }

    private IndexContext OpenAnew()
    {
        var opened = new IndexContext(OptionsOutsideOfPool());
        try
        {
            opened.Database.AutoSavepointsEnabled = false;
            opened.Database.OpenConnection();
            opened.Database.ExecuteSqlRaw(Settings);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static string StringOf(IDbContextFactory<IndexContext> contexts)
    {
        using var pooled = contexts.CreateDbContext();
        return pooled.Database.GetConnectionString()!;
    }

    private DbContextOptions<IndexContext> OptionsOutsideOfPool()
    {
        using var pooled = contexts.CreateDbContext();
        var alone = new SqliteConnectionStringBuilder(ConnectionString) { Pooling = false };
        return new DbContextOptionsBuilder<IndexContext>((DbContextOptions<IndexContext>)pooled.GetService<IDbContextOptions>()).UseSqlite(alone.ConnectionString).Options;
    }
}
