using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Api.Observability;

/// <summary>
/// The file of the index as it was at start. Open connections work on in a file that was removed or replaced, and what
/// they write is lost with the process; SQLite can tell, from a connection that was opened before.
/// </summary>
internal sealed partial class IndexFile : IDisposable
{
    private const int HasMovedControl = 20; // SQLITE_FCNTL_HAS_MOVED

    private readonly SqliteConnection opened;

    public IndexFile(IDbContextFactory<IndexContext> contexts)
    {
        using var db = contexts.CreateDbContext();
        opened = new SqliteConnection(new SqliteConnectionStringBuilder(db.Database.GetConnectionString()) { Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
        opened.Open();
    }

    public string Path => opened.DataSource;

    /// <summary>Another file, or none, has its name now. False where the system cannot tell (Windows, which keeps open files).</summary>
    public bool HasMoved()
    {
        var moved = 0;
        return FileControl(opened.Handle!, "main", HasMovedControl, ref moved) == 0 && moved != 0;
    }

    public void Dispose() => opened.Dispose();

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]
    private static partial int FileControl(SafeHandle connection, string database, int operation, ref int result);
}
