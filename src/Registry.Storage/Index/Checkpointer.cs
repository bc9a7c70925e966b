using Microsoft.Data.Sqlite;

namespace Registry.Storage.Index;

/// <summary>
/// Copies what was committed from the write-ahead log into the file of the index, beside the writer. Left to itself SQLite does that
/// within a commit, a thousand pages at once, and whoever is committing waits for it; the writer still does where this one
/// does not keep up, so that the log has an end.
/// </summary>
internal sealed class Checkpointer : IDisposable
{
    /// <summary>Between two looks: long enough that a page which is written again and again is copied once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string connectionString;
    private readonly AutoResetEvent committed = new(initialState: false);
    private readonly ManualResetEvent stopping = new(initialState: false);
    private readonly Thread thread;

    private SqliteConnection? connection;

    /// <param name="connectionString">Of the index.</param>
    public Checkpointer(string connectionString)
    {
        this.connectionString = new SqliteConnectionStringBuilder(connectionString) { Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ConnectionString;
        thread = new Thread(Run) { IsBackground = true, Name = "index checkpoints" };
        thread.Start();
    }

    /// <summary>Something was committed.</summary>
    public void Wake() => committed.Set();

    public void Dispose()
    {
        if (stopping.SafeWaitHandle.IsClosed)
        {
            return;
        }

        stopping.Set();
        thread.Join();
        stopping.Dispose();
        committed.Dispose();
    }

    private void Run()
    {
        WaitHandle[] either = [stopping, committed];
        while (WaitHandle.WaitAny(either) == 1 && !stopping.WaitOne(Pause))
        {
            try
            {
                Copy();
            }
            catch (SqliteException)
            {
                // The log keeps what was committed. The writer meets the same disk, and says what is wrong with it.
                Close();
            }
        }

        Close();
    }

    private void Copy()
    {
        if (connection is null)
        {
            // Kept, like the writer's: by its name another file could be found, if somebody has put one there.
            connection = new SqliteConnection(connectionString);
            connection.Open();
        }

        using var command = connection.CreateCommand();
        // PASSIVE waits for nobody and keeps nobody waiting; what a reader still needs it leaves for the next time.
        command.CommandText = "PRAGMA synchronous=FULL; PRAGMA wal_checkpoint(PASSIVE);";
        command.ExecuteNonQuery();
    }

    private void Close()
    {
        connection?.Dispose();
        connection = null;
    }
}
