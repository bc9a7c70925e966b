using System.Diagnostics;
using System.Threading.Channels;
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
    private const int MaxBatch = 64;

    private readonly WritingConnection connection;
    private readonly Checkpointer checkpointer;
    private readonly Channel<Change> queue = Channel.CreateUnbounded<Change>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Thread thread;
    private int waiting;

    public IndexWriter(IDbContextFactory<IndexContext> contexts)
    {
        connection = new WritingConnection(contexts);
        checkpointer = new Checkpointer(connection.ConnectionString);
        // A thread of its own: it waits for the disk most of the time, and that must not take one from the pool.
        thread = new Thread(Run) { IsBackground = true, Name = "index writer" };
        thread.Start();
    }

    /// <summary>Whether changes wait for the one that runs now. Who has much to change may do it in smaller parts then.</summary>
    public bool HasWaiting => Volatile.Read(ref waiting) > 0;

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns when it is committed and synced. The work must not await,
    /// must look before it changes, and saves what it tracked.
    /// </summary>
    /// <exception cref="DbUpdateException">The index refused the change.</exception>
    public async Task<T> WriteAsync<T>(Func<IndexContext, T> work, CancellationToken cancellationToken)
    {
        using var activity = StorageTelemetry.Source.StartActivity("index write");
        var change = new Change<T>(work, cancellationToken);
        Interlocked.Increment(ref waiting);
        if (!queue.Writer.TryWrite(change))
        {
            Interlocked.Decrement(ref waiting);
            throw new ObjectDisposedException(nameof(IndexWriter), "The registry is stopping.");
        }

        return await change.Completion.Task;
    }

    /// <summary>Returns when what was queued is committed.</summary>
    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
        checkpointer.Dispose();
    }

    private void Run()
    {
        var batch = new List<Change>(MaxBatch);
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (batch.Count < MaxBatch && queue.Reader.TryRead(out var change))
            {
                Interlocked.Decrement(ref waiting);
                if (!change.IsCancelled())
                {
                    batch.Add(change);
                }
            }

            if (batch.Count > 0)
            {
                Commit(batch);
                batch.Clear();
            }
        }

        connection.Close();
    }

    private void Commit(List<Change> batch)
    {
        try
        {
            var db = connection.Open();
            using var transaction = db.Database.BeginTransaction();
            foreach (var change in batch)
            {
                RunBehindSavepoint(change, db, transaction);
            }

            var started = Stopwatch.GetTimestamp();
            transaction.Commit();
            StorageTelemetry.Commits.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
            StorageTelemetry.ChangesPerCommit.Record(batch.Count);
            checkpointer.Wake();
        }
        catch (Exception e)
        {
            // Whatever went wrong, nobody may be told yes: the transaction is gone, and perhaps the connection.
            connection.Close();
            foreach (var change in batch)
            {
                change.AnswerFailure(e);
            }

            return;
        }

        foreach (var change in batch)
        {
            change.Answer();
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

    private abstract class Change
    {
        public abstract bool IsCancelled();

        public abstract void Run(IndexContext db);

        public abstract void RememberFailure(Exception exception);

        public abstract void Answer();

        public abstract void AnswerFailure(Exception exception);
    }

    private sealed class Change<T>(Func<IndexContext, T> work, CancellationToken cancellationToken) : Change
    {
        private T? result;
        private Exception? failure;

        public TaskCompletionSource<T> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override bool IsCancelled() => cancellationToken.IsCancellationRequested && Completion.TrySetCanceled(cancellationToken);

        public override void Run(IndexContext db) => result = work(db);

        public override void RememberFailure(Exception exception) => failure = exception;

        public override void Answer()
        {
            if (failure is not null)
            {
                Completion.TrySetException(failure);
            }
            else
            {
                Completion.TrySetResult(result!);
            }
        }

        public override void AnswerFailure(Exception exception) => Completion.TrySetException(failure ?? exception);
    }
}
