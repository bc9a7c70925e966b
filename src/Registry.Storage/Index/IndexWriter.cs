using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Index;

/// <summary>
/// The one writer of the index. Changes queue up; those that wait together are committed together, with one sync of the
/// disk for all of them, each behind its own savepoint so that one that fails takes no other with it. Because they run
/// one after the other, whatever a change reads holds until it commits.
/// </summary>
public sealed class IndexWriter : IDisposable
{
    private readonly WritingConnection connection;
    private readonly Checkpointer checkpointer;
    private readonly ChangeQueue queue = new();
    private readonly ChangeLog? log;
    private readonly Thread thread;
    private volatile string? problem;

    /// <param name="journal">Where changes go besides; null: they stay on this disk.</param>
    public IndexWriter(IDbContextFactory<IndexContext> contexts, IJournal? journal)
    {
        log = journal is null ? null : new ChangeLog(journal);
        connection = new WritingConnection(contexts);
        checkpointer = new Checkpointer(connection.ConnectionString);
        // A thread of its own: it waits for the disk most of the time, and that must not take one from the pool.
        thread = new Thread(Run) { IsBackground = true, Name = "index writer" };
        thread.Start();
    }

    /// <summary>Why the last commit failed; null if it did not.</summary>
    public string? Problem => problem;

    /// <summary>Whether changes wait for the one that runs now. Who has much to change may do it in smaller parts then.</summary>
    public bool HasWaiting => queue.HasWaiting;

    /// <summary>Whether changes are committed that the journal has not got yet.</summary>
    public bool HasPending => log is { HasPending: true };

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns when it is committed and synced, and where there is a journal in that: for what must not
    /// be lost with this disk. The work must not await, must look before it changes, and saves what it tracked.
    /// </summary>
    /// <exception cref="DbUpdateException">The index refused the change.</exception>
    /// <exception cref="JournalFailure">The journal cannot be reached. Nothing has changed, or, where its answer was lost, all of it has.</exception>
    public Task<T> WriteAsync<T>(Func<IndexContext, T> work, CancellationToken cancellationToken) =>
        WriteAsync(new Change<T>(work, Reach.Journal, cancellationToken), queue.TryAdd);

    /// <summary>The same for what may have to be done again if this disk is lost within the next second: the journal gets it with the next change that it gets.</summary>
    /// <exception cref="DbUpdateException">The index refused the change.</exception>
    /// <exception cref="JournalFailure">This process may not answer, since another one may have taken over.</exception>
    public Task<T> WriteSoonAsync<T>(Func<IndexContext, T> work, CancellationToken cancellationToken) =>
        WriteAsync(new Change<T>(work, Reach.Disk, cancellationToken), queue.TryAdd);

    /// <summary>
    /// The same for what the registry does for itself, batch by batch: changes that somebody waits for go first, and this one is committed alone.
    /// </summary>
    /// <exception cref="DbUpdateException">The index refused the change.</exception>
    public Task<T> WriteBesideAsync<T>(Func<IndexContext, T> work, CancellationToken cancellationToken) =>
        WriteAsync(new Change<T>(work, Reach.Disk, cancellationToken), queue.TryAddPutOff);

    /// <summary>Returns when the journal has everything that was committed before this call.</summary>
    /// <exception cref="JournalFailure">It cannot be reached.</exception>
    public Task FlushAsync(CancellationToken cancellationToken) => log is null ? Task.CompletedTask : WriteAsync(_ => 0, cancellationToken);

    /// <summary>Returns when what was queued is committed.</summary>
    public void Dispose()
    {
        queue.Close();
        thread.Join();
        checkpointer.Dispose();
    }

    private static async Task<T> WriteAsync<T>(Change<T> change, Func<Change, bool> tryAdd)
    {
        using var activity = StorageTelemetry.Source.StartActivity("index write");
        return tryAdd(change) ? await change.Completion.Task : throw new ObjectDisposedException(nameof(IndexWriter), "The registry is stopping.");
    }

    private void Run()
    {
        var batch = new List<Change>();
        while (queue.Take(batch))
        {
            batch.RemoveAll(change => change.IsCancelled());
            if (batch.Count > 0)
            {
                Commit(batch);
            }

            batch.Clear();
        }

        log?.Dispose();
        connection.Close();
    }

    private void Commit(List<Change> batch)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            var db = connection.Open();
            log?.Begin(db);
            using var transaction = db.Database.BeginTransaction();
            foreach (var change in batch)
            {
                RunBehindSavepoint(change, db, transaction);
            }

            log?.Record(db, batch.Max(change => change.Reach));
            var started = Stopwatch.GetTimestamp();
            transaction.Commit();
            log?.Committed();
            problem = null;
            StorageTelemetry.Commits.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
            StorageTelemetry.Transactions.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            StorageTelemetry.ChangesPerCommit.Record(batch.Count);
            checkpointer.Wake();
        }
        catch (Exception e)
        {
            // Whatever went wrong, nobody may be told yes: the transaction is gone, and perhaps the connection.
            problem = e.Message;
            log?.Failed();
            connection.Close();
            foreach (var change in batch)
            {
                change.AnswerFailure(e);
            }

            return;
        }

        Answer(batch);
    }

    private void Answer(List<Change> batch)
    {
        // Committed here, but a process that was paused meanwhile may have been replaced by another one that knows nothing of it.
        var refusal = log is null or { MayAnswer: true } ? null : new JournalFailure("This process may have been replaced as the owner of the bucket while it made the change.");
        foreach (var change in batch)
        {
            if (refusal is null)
            {
                change.Answer();
            }
            else
            {
                change.AnswerFailure(refusal);
            }
        }
    }

    private static void RunBehindSavepoint(Change change, IndexContext db, IDbContextTransaction transaction)
    {
        const string Savepoint = "change";
        transaction.CreateSavepoint(Savepoint);
        try
        {
            change.Run(db);
            transaction.ReleaseSavepoint(Savepoint);
        }
        catch (Exception e)
        {
            change.RememberFailure(e);
            // Throws where SQLite has given up the whole transaction already (a full disk): then nothing of it commits.
            transaction.RollbackToSavepoint(Savepoint);
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }
}
