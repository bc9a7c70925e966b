using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>
/// Copies the index to the bucket, beside everything else: first to a file next to it, as it is at one moment, and from there. What of the journal
/// no snapshot needs any more is removed then.
/// </summary>
public sealed partial class SnapshotTaking(IndexWriter writer, IBucket bucket, JournalOptions options, TimeProvider time, ILogger<SnapshotTaking> log) : IDisposable
{
    /// <summary>Claims that stay in the journal: one for each start of a process.</summary>
    private const int MostClaims = 1000;

    private readonly IndexSnapshots snapshots = new(bucket);
    private readonly SemaphoreSlim one = new(1);

    /// <summary>The last one that this process has made or found; null: it has not looked, or there is none.</summary>
    public SnapshotRecord? Newest { get; private set; }

    /// <summary>Makes one, unless nothing has changed since the newest one.</summary>
    /// <exception cref="IOException">The bucket or the disk did not take it. The next one tries again.</exception>
    public async Task<SnapshotRecord> TakeAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        var copy = Path.Combine(options.DataDirectory, IndexDatabase.FileName + ".snapshot");
        try
        {
            Newest ??= await snapshots.FindNewestAsync(cancellationToken);
            if (Newest is { } last && !HasChangedSince(last))
            {
                return last;
            }

            Copy(copy);
            // The copy may have changes that the journal has not got yet. Before anybody can find it, it has.
            await writer.FlushAsync(cancellationToken);
            Newest = await StoreAsync(copy, cancellationToken);
            WasTaken(log, Newest.Number, Newest.Size, Newest.Stored);
            await snapshots.PruneAsync(options.KeepSnapshots, FindClaims(copy), cancellationToken);
            return Newest;
        }
        finally
        {
            File.Delete(copy);
            one.Release();
        }
    }

    /// <summary>Makes the one without which the journal is nothing: where there was an index before there was a journal.</summary>
    public async Task TakeFirstAsync(CancellationToken cancellationToken)
    {
        var reader = new JournalReader(bucket);
        if (await reader.FindFirstAsync(cancellationToken) is { Header.Claim.NeedsSnapshot: true } && await snapshots.FindNewestAsync(cancellationToken) is null)
        {
            await TakeAsync(cancellationToken);
        }
    }

    /// <summary>How many objects the journal has got since the newest snapshot.</summary>
    public async Task<long> CountSinceNewestAsync(CancellationToken cancellationToken)
    {
        Newest ??= await snapshots.FindNewestAsync(cancellationToken);
        using var replay = Replay.Open(options.IndexPath);
        return (replay.Position?.Number ?? 0) - (Newest?.Number ?? 0);
    }

    public void Dispose() => one.Dispose();

    private static IReadOnlySet<long> FindClaims(string copy)
    {
        using var replay = Replay.Open(copy);
        return replay.FindClaims(MostClaims);
    }

    private bool HasChangedSince(SnapshotRecord last)
    {
        using var replay = Replay.Open(options.IndexPath);
        return replay.Position?.Number != last.Number || replay.FindPending().Count > 0;
    }

    private void Copy(string copy)
    {
        foreach (var file in (string[])[copy, copy + "-wal", copy + "-shm", copy + "-journal"])
        {
            File.Delete(file);
        }

        using var from = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = options.IndexPath, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        using var to = new SqliteConnection(IndexDatabase.ReplayConnectionString(copy));
        from.Open();
        to.Open();
        from.BackupDatabase(to);
        using var command = to.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=DELETE";
        command.ExecuteNonQuery();
    }

    private async Task<SnapshotRecord> StoreAsync(string copy, CancellationToken cancellationToken)
    {
        var (position, schema, manifests, blobs) = Describe(copy);
        return await snapshots.StoreAsync(
            copy,
            position.Number,
            (name, stored, size, digest) => new SnapshotRecord
            {
                Lineage = position.Lineage, Number = position.Number, At = time.GetUtcNow(), Name = name, Stored = stored, Size = size, Sha256 = digest, Schema = schema, Manifests = manifests, Blobs = blobs,
            },
            cancellationToken);
    }

    private static (JournalPositionRow Position, string Schema, long Manifests, long Blobs) Describe(string copy)
    {
        using var replay = Replay.Open(copy);
        var counts = replay.Count();
        return (replay.Position ?? throw new InvalidOperationException("An index without a journal has no snapshots."), replay.Schema!, counts.Manifests, counts.Blobs);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A snapshot of the index at object {Number} of the journal is in the bucket: {Size} bytes, {Stored} of them compressed.")]
    private static partial void WasTaken(ILogger log, long number, long size, long stored);
}
