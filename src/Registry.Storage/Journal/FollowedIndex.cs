using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>The index on this disk as a copy of what the bucket has of it (ADR 0015).</summary>
internal sealed partial class FollowedIndex(IBucket bucket, IndexRestore restore, JournalOptions options, TimeProvider time, ILogger<FollowedIndex> log) : IFollowedIndex
{
    /// <summary>Of so many looks that find nothing one asks whether there is a gap: a standby that was paused for long would see nothing for ever.</summary>
    private const int LooksForGap = 30;

    private readonly JournalReader reader = new(bucket);
    private readonly IndexSnapshots snapshots = new(bucket);
    private readonly string path = options.IndexPath;
    private long number;
    private long term;
    private long quietLooks;

    public long Number => Volatile.Read(ref number);

    public long Term => Volatile.Read(ref term);

    /// <summary>Whether the newest claim in the index is this process's, or its predecessor's on this disk.</summary>
    internal bool IsWriter { get; private set; }

    public async Task OpenAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        var newest = await snapshots.FindNewestAsync(cancellationToken);
        var first = await reader.FindFirstAsync(cancellationToken);
        if (HasToBeRestored(newest, first) || await HasFallenBehindAsync(FindNumber(), cancellationToken))
        {
            await restore.RunAsync(path, progress, cancellationToken);
        }

        using var replay = Replay.Open(path);
        Notice(replay);
    }

    public async Task<int> CatchUpAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var replay = Replay.Open(path);
            var taken = await restore.TakeAllAsync(replay, progress, cancellationToken);
            Notice(replay);
            if (taken > 0 || ++quietLooks % LooksForGap != 0 || !await HasFallenBehindAsync(Number, cancellationToken))
            {
                return taken;
            }
        }
        catch (DivergedException e)
        {
            HasDiverged(log, e.Message);
        }

        await restore.RunAsync(path, progress, cancellationToken);
        using var anew = Replay.Open(path);
        Notice(anew);
        return 1;
    }

    public async Task<bool> TryTakeOverAsync(string owner, CancellationToken cancellationToken)
    {
        using var replay = Replay.Open(path);
        if (await reader.FindNextAsync(replay.Position?.Number ?? 0, cancellationToken) is not null)
        {
            quietLooks = LooksForGap - 1;
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
        Notice(replay);
        HasTakenOver(log, entry.Header.Number, entry.Header.Lineage);
        return true;
    }

    /// <summary>Gives the journal up, with everything in it: whoever takes over need not fear that anything was lost.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        using var replay = Replay.Open(path);
        if (replay.Position is not { IsWriter: true } position || replay.FindPending().Count > 0)
        {
            return;
        }

        var entry = new JournalEntry(Header(replay, position, isReleased: true), []);
        if (await bucket.TryAddAsync(JournalNames.Entry(entry.Header.Number), entry.Write(), cancellationToken))
        {
            replay.Take(entry);
            Notice(replay);
        }
    }

    public async Task<bool> TryConfirmAsync(CancellationToken cancellationToken)
    {
        using var replay = Replay.Open(path);
        if (replay.Position is not { IsWriter: true } position || await HasFallenBehindAsync(position.Number, cancellationToken))
        {
            return false;
        }

        var entry = new JournalEntry(Header(replay, position, isReleased: false), []);
        if (!await bucket.TryAddAsync(JournalNames.Entry(entry.Header.Number), entry.Write(), cancellationToken))
        {
            // One that this process has written itself, in a try whose answer was lost, says as much as a new one.
            entry = await reader.FindAsync(entry.Header.Number, cancellationToken);
            if (entry?.Header.Term != position.Term)
            {
                return false;
            }
        }

        replay.Take(entry);
        Notice(replay);
        return true;
    }

    /// <summary>The journal has got another object from here.</summary>
    internal void Notice(long last) => Volatile.Write(ref number, last);

    private void Notice(Replay replay)
    {
        Volatile.Write(ref term, replay.Position?.Term ?? 0);
        IsWriter = replay.Position is { IsWriter: true };
        Notice(replay.Position?.Number ?? 0);
    }

    private JournalHeader Header(Replay replay, JournalPositionRow position, bool isReleased) => new()
    {
        Lineage = position.Lineage, Number = position.Number + 1, Id = Guid.NewGuid(), Term = position.Term, Schema = replay.Schema!, At = time.GetUtcNow(), IsReleased = isReleased,
    };

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

    private long FindNumber()
    {
        using var replay = File.Exists(path) ? Replay.Open(path) : null;
        return replay?.Position?.Number ?? 0;
    }

    /// <summary>Whether the journal no longer has what would follow on this object: it is there up to the newest snapshots only.</summary>
    private async Task<bool> HasFallenBehindAsync(long after, CancellationToken cancellationToken) =>
        await reader.FindNextAsync(after, cancellationToken) is { } next ? next != after + 1 : await snapshots.FindNewestAsync(cancellationToken) is { } newest && newest.Number > after;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} The index is made anew from the bucket.")]
    private static partial void HasDiverged(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "This process has taken over the journal {Lineage} with object {Number}.")]
    private static partial void HasTakenOver(ILogger log, long number, string lineage);
}
