using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>The index on this disk as a copy of what the bucket has of it (ADR 0015).</summary>
internal sealed partial class FollowedIndex(IBucket bucket, JournalOptions options, TimeProvider time, ILogger<FollowedIndex> log) : IFollowedIndex
{
    private readonly JournalReader reader = new(bucket);
    private readonly IndexSnapshots snapshots = new(bucket);
    private readonly string path = options.IndexPath;

    public async Task OpenAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        var newest = await snapshots.ListAsync(cancellationToken) is [var one, ..] ? one : null;
        var first = await FindFirstAsync(cancellationToken);
        if (HasToBeRestored(newest, first) || await HasFallenBehindAsync(newest, cancellationToken))
        {
            await RestoreAsync(progress, cancellationToken);
        }
    }

    public async Task<int> CatchUpAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var replay = Replay.Open(path);
            return await TakeAllAsync(replay, progress, cancellationToken);
        }
        catch (DivergedException e)
        {
            HasDiverged(log, e.Message);
            await RestoreAsync(progress, cancellationToken);
            return 1;
        }
    }

    public async Task<bool> TryTakeOverAsync(string owner, CancellationToken cancellationToken)
    {
        using var replay = Replay.Open(path);
        if (await reader.FindNextAsync(replay.Position?.Number ?? 0, cancellationToken) is not null)
        {
            return false;
        }

        var isNew = replay.Position is null;
        var needsSnapshot = isNew && !replay.IsEmpty();
        if (isNew)
        {
            replay.Migrate();
        }

        var entry = Claim(replay, owner, needsSnapshot);
        var name = JournalNames.Entry(entry.Header.Number);
        if (!await bucket.TryAddAsync(name, entry.Write(), cancellationToken) && (await reader.FindAsync(entry.Header.Number, cancellationToken))?.Header.Id != entry.Header.Id)
        {
            return false;
        }

        replay.Take(entry);
        replay.BecomeWriter();
        replay.Migrate();
        HasTakenOver(log, entry.Header.Number, entry.Header.Lineage);
        return true;
    }

    /// <summary>Makes the index anew from the newest snapshot that is whole and what the journal has after it. The old one goes when the new one is complete.</summary>
    /// <exception cref="InvalidDataException">The bucket has not got all of it.</exception>
    public async Task RestoreAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        var unfinished = path + ".restoring";
        Remove(unfinished);
        await LoadNewestAsync(unfinished, progress, cancellationToken);
        using (var replay = Replay.Open(unfinished))
        {
            replay.BecomeFollower();
            var taken = await TakeAllAsync(replay, progress, cancellationToken);
            HasRestored(log, replay.Position?.Number ?? 0, taken);
        }

        Replace(unfinished);
    }

    /// <summary>Gives the journal up, with everything in it: whoever takes over need not fear that anything was lost.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        using var replay = Replay.Open(path);
        if (replay.Position is not { IsWriter: true } position || replay.FindPending().Count > 0)
        {
            return;
        }

        var header = new JournalHeader
        {
            Lineage = position.Lineage, Number = position.Number + 1, Id = Guid.NewGuid(), Term = position.Term, Schema = replay.Schema!, At = time.GetUtcNow(), IsReleased = true,
        };
        var entry = new JournalEntry(header, []);
        if (await bucket.TryAddAsync(JournalNames.Entry(header.Number), entry.Write(), cancellationToken))
        {
            replay.Take(entry);
        }
    }

    private JournalEntry Claim(Replay replay, string owner, bool needsSnapshot)
    {
        var position = replay.Position;
        var number = (position?.Number ?? 0) + 1;
        // What a former owner has answered in its last second may have been lost with it. Its promises are kept blindly.
        var promisedUntil = position is null or { IsWriter: true } or { IsReleased: true } ? (DateTimeOffset?)null : time.GetUtcNow() + options.LongestPromise;
        return new JournalEntry(
            new JournalHeader
            {
                Lineage = position?.Lineage ?? Guid.NewGuid().ToString("N"),
                Number = number,
                Id = Guid.NewGuid(),
                Term = number,
                Schema = replay.Schema!,
                At = time.GetUtcNow(),
                Claim = new JournalClaim(owner, needsSnapshot, promisedUntil),
            },
            position is null ? [] : replay.FindPending());
    }

    /// <exception cref="InvalidDataException">The index and the bucket have nothing to do with each other.</exception>
    private bool HasToBeRestored(SnapshotRecord? newest, JournalEntry? first)
    {
        var theirs = newest?.Lineage ?? first?.Header.Lineage;
        using var replay = File.Exists(path) ? Replay.Open(path) : null;
        if (replay?.Position is { } position)
        {
            return theirs == position.Lineage ? false : throw new InvalidDataException(theirs is null
                ? $"The index in '{options.DataDirectory}' belongs to the journal {position.Lineage}, and the bucket has none. Is it the right bucket and prefix?"
                : $"The index in '{options.DataDirectory}' belongs to the journal {position.Lineage}, and the bucket has {theirs}. Give the registry the bucket that it had, or an empty data directory.");
        }

        var isEmpty = replay is null || replay.IsEmpty();
        return theirs is not null && (isEmpty ? true : throw new InvalidDataException(
            $"The index in '{options.DataDirectory}' was never in a bucket, and this bucket has another one. Give the registry an empty data directory, or an empty bucket or prefix."));
    }

    /// <summary>Whether the journal no longer has what would follow on the index here.</summary>
    private async Task<bool> HasFallenBehindAsync(SnapshotRecord? newest, CancellationToken cancellationToken)
    {
        using var replay = File.Exists(path) ? Replay.Open(path) : null;
        var number = replay?.Position?.Number ?? 0;
        return await reader.FindNextAsync(number, cancellationToken) is { } next ? next != number + 1 : newest is not null && newest.Number > number;
    }

    private async Task<JournalEntry?> FindFirstAsync(CancellationToken cancellationToken) =>
        await reader.FindNextAsync(0, cancellationToken) is { } number ? await reader.FindAsync(number, cancellationToken) : null;

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
        var first = await FindFirstAsync(cancellationToken);
        if (first is null or { Header.Number: not 1 } or { Header.Claim.NeedsSnapshot: true })
        {
            throw new InvalidDataException("The bucket has no whole snapshot of the index, and its journal does not reach back to the beginning. Start the registry on the host that it ran on: its data directory has the index.");
        }
    }

    private async Task<int> TakeAllAsync(Replay replay, IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
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

    private void Replace(string unfinished)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} The index is made anew from the bucket.")]
    private static partial void HasDiverged(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot {Name} cannot be used: {Reason} An older one is tried.")]
    private static partial void IsBroken(ILogger log, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The index was restored up to object {Number} of the journal, {Taken} of them after the snapshot.")]
    private static partial void HasRestored(ILogger log, long number, int taken);

    [LoggerMessage(Level = LogLevel.Information, Message = "This process has taken over the journal {Lineage} with object {Number}.")]
    private static partial void HasTakenOver(ILogger log, long number, string lineage);
}

/// <summary>What the journal needs to know.</summary>
/// <param name="DataDirectory">Where the index is.</param>
/// <param name="LongestPromise">The longest promise that is ever given at a time.</param>
public sealed record JournalOptions(string DataDirectory, TimeSpan LongestPromise)
{
    public string IndexPath => Path.Combine(DataDirectory, IndexDatabase.FileName);

    /// <summary>The last migration of this version's index.</summary>
    public string Schema { get; } = IndexDatabase.NewestSchema();

    /// <summary>How many of the newest snapshots stay in the bucket.</summary>
    public int KeepSnapshots { get; init; } = 2;
}
