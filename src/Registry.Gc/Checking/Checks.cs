using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>The record of checks; it is the queue as well. One that runs is shown as it is in memory: it is saved every few seconds only.</summary>
public sealed class Checks(IDbContextFactory<IndexContext> contexts, IndexWriter writer, TimeProvider time)
{
    internal const string Schedule = "schedule";

    /// <summary>The step of a check that has not begun.</summary>
    public const string Queued = "queued";

    private volatile CheckRow? running;

    /// <summary>The newest first.</summary>
    /// <param name="before">Only checks before this one; null for all.</param>
    public IReadOnlyList<CheckRow> List(long? before, int count)
    {
        using var db = contexts.CreateDbContext();
        return [.. db.Checks.Where(c => before == null || c.Id < before).OrderByDescending(c => c.Id).Take(count).AsEnumerable().Select(AsItIs)];
    }

    public CheckRow? Find(long id)
    {
        using var db = contexts.CreateDbContext();
        return db.Checks.FirstOrDefault(c => c.Id == id) is { } check ? AsItIs(check) : null;
    }

    internal Task<CheckRow> AddAsync(string by, bool read, bool repair, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => Add(db, by, read, repair), cancellationToken);

    /// <summary>A check of the schedule, which reads everything; null if the last one is not over, or not long enough ago.</summary>
    internal Task<CheckRow?> AddScheduledAsync(TimeSpan every, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            db =>
            {
                var last = db.Checks.Where(c => c.By == Schedule).OrderByDescending(c => c.Id).FirstOrDefault();
                var isOver = last is null || last.EndedAt is not null;
                var since = last?.StartedAt ?? db.Repositories.OrderBy(r => r.Id).Select(r => (DateTimeOffset?)r.CreatedAt).FirstOrDefault();
                return isOver && since + every <= time.GetUtcNow() ? Add(db, Schedule, read: true, repair: false) : null;
            },
            cancellationToken);

    /// <summary>The one to go on with: what somebody asked for first, in the order of asking; null if there is none.</summary>
    internal CheckRow? FindNext()
    {
        using var db = contexts.CreateDbContext();
        return db.Checks.Where(c => c.EndedAt == null).OrderBy(c => c.By == Schedule).ThenBy(c => c.Id).FirstOrDefault();
    }

    internal void Show(CheckRow? check) => running = check;

    internal Task SaveAsync(CheckRow check, CancellationToken cancellationToken)
    {
        // What the writer saves is of this moment: the check goes on meanwhile.
        var now = (check.Step, check.Cursor, check.EndedAt, check.Error, check.Manifests, check.Objects, check.Blobs, check.Bytes, check.BytesToRead);
        return writer.WriteBesideAsync(
            db => db.Checks.Where(c => c.Id == check.Id).ExecuteUpdate(set => set
                .SetProperty(c => c.Step, now.Step)
                .SetProperty(c => c.Cursor, now.Cursor)
                .SetProperty(c => c.EndedAt, now.EndedAt)
                .SetProperty(c => c.Error, now.Error)
                .SetProperty(c => c.Manifests, now.Manifests)
                .SetProperty(c => c.Objects, now.Objects)
                .SetProperty(c => c.Blobs, now.Blobs)
                .SetProperty(c => c.Bytes, now.Bytes)
                .SetProperty(c => c.BytesToRead, now.BytesToRead)),
            cancellationToken);
    }

    private CheckRow AsItIs(CheckRow saved) => running is { } now && now.Id == saved.Id && saved.EndedAt is null ? now : saved;

    private CheckRow Add(IndexContext db, string by, bool read, bool repair)
    {
        var check = new CheckRow { By = by, Read = read, Repair = repair, StartedAt = time.GetUtcNow(), Step = Queued };
        db.Checks.Add(check);
        db.SaveChanges();
        return check;
    }
}
