using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>Makes an index from what the bucket has of it.</summary>
internal sealed partial class IndexRestore(IBucket bucket, ILogger<IndexRestore> log) : IIndexRestore
{
    /// <summary>So often in a row, without one object taken in between, the bucket fails before a restore is given up.</summary>
    private const int MostFailures = 5;

    private readonly JournalReader reader = new(bucket);
    private readonly IndexSnapshots snapshots = new(bucket);

    public async Task<long> RestoreAsync(string directory, IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        if (await snapshots.FindNewestAsync(cancellationToken) is null && await reader.FindFirstAsync(cancellationToken) is null)
        {
            return 0;
        }

        var path = Path.Combine(directory, IndexDatabase.FileName);
        await RunAsync(path, progress, cancellationToken);
        using var replay = Replay.Open(path);
        return replay.Position?.Number ?? 0;
    }

    /// <summary>Makes the index anew from the newest snapshot that is whole and what the journal has after it. The old one goes when the new one is complete.</summary>
    /// <exception cref="InvalidDataException">The bucket has not got all of it.</exception>
    public async Task RunAsync(string path, IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        var unfinished = path + ".restoring";
        Remove(unfinished);
        await LoadNewestAsync(unfinished, progress, cancellationToken);
        using (var replay = Replay.Open(unfinished))
        {
            replay.BecomeFollower();
            var snapshot = replay.Position?.Number ?? 0;
            await TakeAllPatientlyAsync(replay, progress, cancellationToken);
            var last = replay.Position?.Number ?? 0;
            if (await reader.FindNextAsync(last, cancellationToken) is { } next && next > last + 1)
            {
                throw new InvalidDataException($"The journal has nothing between object {last} and object {next}, and no whole snapshot reaches over that.");
            }

            HasRestored(log, last, last - snapshot);
        }

        Replace(path, unfinished);
    }

    /// <summary>Takes in what the journal has, and returns how many objects that were.</summary>
    public async Task<int> TakeAllAsync(Replay replay, IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        var (after, taken, of) = (replay.Position?.Number ?? 0, 0, 0L);
        await foreach (var entry in reader.ReadAsync(after, cancellationToken))
        {
            // From the second one on there may be many.
            of = taken == 1 ? await reader.CountAsync(after, cancellationToken) : of;
            replay.Take(entry);
            progress.Report(new RestoreProgress("journal", ++taken, Math.Max(of, taken)));
        }

        return taken;
    }

    /// <summary>The same, and goes on where a failure of the bucket has interrupted it: who began anew would never come to the end of a long journal.</summary>
    private async Task TakeAllPatientlyAsync(Replay replay, IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            var before = replay.Position?.Number ?? 0;
            try
            {
                await TakeAllAsync(replay, progress, cancellationToken);
                return;
            }
            catch (IOException e) when (e is not DivergedException && failures < MostFailures)
            {
                failures = replay.Position?.Number > before ? 0 : failures + 1;
            }
        }
    }

    private async Task LoadNewestAsync(string target, IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        foreach (var snapshot in await snapshots.ListAsync(cancellationToken))
        {
            try
            {
                await snapshots.LoadAsync(snapshot, target, progress, cancellationToken);
                return;
            }
            catch (InvalidDataException e)
            {
                IsBroken(log, snapshot.Name, e.Message);
                Remove(target);
            }
        }

        // None: the journal has everything from the first object on, unless it began with an index that was there before it.
        var first = await reader.FindFirstAsync(cancellationToken);
        if (first is null or { Header.Number: not 1 } or { Header.Claim.NeedsSnapshot: true })
        {
            throw new InvalidDataException("The bucket has no whole snapshot of the index, and its journal does not reach back to the beginning. Start the registry on the host that it ran on: its data directory has the index.");
        }
    }

    private static void Replace(string path, string unfinished)
    {
        Remove(path);
        File.Move(unfinished, path);
        // Readers of a stale copy have the old file open.
        SqliteConnection.ClearAllPools();
    }

    private static void Remove(string file)
    {
        foreach (var one in (string[])[file, file + "-wal", file + "-shm", file + "-journal"])
        {
            File.Delete(one);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot {Name} cannot be used: {Reason} An older one is tried.")]
    private static partial void IsBroken(ILogger log, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The index was restored up to object {Number} of the journal, {Taken} of them after the snapshot.")]
    private static partial void HasRestored(ILogger log, long number, long taken);
}
