using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>The record of the collection's runs.</summary>
public sealed class Runs(IDbContextFactory<IndexContext> contexts, IndexWriter writer, TimeProvider time)
{
    internal const string Schedule = "schedule";

    private static readonly TimeSpan EndAgainAfter = TimeSpan.FromSeconds(10);

    /// <summary>The step of a run that has not begun.</summary>
    public const string Queued = "queued";

    /// <summary>The error of a run that could not end, whether the registry was stopped or killed.</summary>
    internal const string Stopped = "The registry was stopped before it ended. The next run goes on from there.";

    /// <summary>The newest first.</summary>
    /// <param name="before">Only runs before this one; null for all.</param>
    public IReadOnlyList<RunRow> List(long? before, int count)
    {
        using var db = contexts.CreateDbContext();
        return db.Runs.Where(r => before == null || r.Id < before).OrderByDescending(r => r.Id).Take(count).ToList();
    }

    public RunRow? Find(long id)
    {
        using var db = contexts.CreateDbContext();
        return db.Runs.FirstOrDefault(r => r.Id == id);
    }

    /// <summary>The latest runs of the schedule, newest first.</summary>
    internal IReadOnlyList<RunRow> LastScheduled(int count)
    {
        using var db = contexts.CreateDbContext();
        return db.Runs.Where(r => r.By == Schedule).OrderByDescending(r => r.Id).Take(count).ToList();
    }

    /// <summary>Since when there has been anything to collect; null while nothing was ever pushed.</summary>
    internal DateTimeOffset? FirstPush()
    {
        using var db = contexts.CreateDbContext();
        return db.Repositories.OrderBy(r => r.Id).Select(r => (DateTimeOffset?)r.CreatedAt).FirstOrDefault();
    }

    internal Task<RunRow> AddAsync(string by, CancellationToken cancellationToken) => writer.WriteSoonAsync(db => Add(db, by), cancellationToken);

    /// <summary>A run of the schedule; null if one is queued already, which will do the same.</summary>
    internal Task<RunRow?> AddScheduledAsync(CancellationToken cancellationToken) =>
        writer.WriteSoonAsync(db => db.Runs.Any(r => r.EndedAt == null && r.Step == Queued) ? null : Add(db, Schedule), cancellationToken);

    /// <summary>
    /// Saves where the run is and what its steps have counted, and everything that they did with it. What is condemned, deleted and found is counted by
    /// whoever does it, whenever that is.
    /// </summary>
    internal Task SaveAsync(RunRow run, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            db => db.Runs.Where(r => r.Id == run.Id).ExecuteUpdate(set => set
                .SetProperty(r => r.Step, run.Step)
                .SetProperty(r => r.EndedAt, run.EndedAt)
                .SetProperty(r => r.Error, run.Error)
                .SetProperty(r => r.Tags, run.Tags)
                .SetProperty(r => r.Manifests, run.Manifests)
                .SetProperty(r => r.Links, run.Links)
                .SetProperty(r => r.Uploads, run.Uploads)
                .SetProperty(r => r.Repositories, run.Repositories)),
            cancellationToken);

    /// <summary>A run that was killed has no end yet: this is said at the next start, before any other begins.</summary>
    internal Task EndStoppedAsync(CancellationToken cancellationToken) =>
        writer.WriteSoonAsync(
            db =>
            {
                var now = time.GetUtcNow();
                return db.Runs.Where(r => r.EndedAt == null).ExecuteUpdate(set => set.SetProperty(r => r.EndedAt, now).SetProperty(r => r.Error, Stopped));
            },
            cancellationToken);

    /// <summary>
    /// Notes the end of a run. While the index cannot be written to (a full disk) it waits: the next run could do nothing either, and
    /// pulls go on.
    /// </summary>
    /// <param name="error">What made it fail; null if nothing did.</param>
    /// <param name="stopping">Ends the waiting; then the next start notes the end.</param>
    internal async Task EndAsync(RunRow run, string? error, CancellationToken stopping)
    {
        (run.EndedAt, run.Error) = (time.GetUtcNow(), error);
        while (!await TryEndAsync(run))
        {
            await Task.Delay(EndAgainAfter, time, stopping);
        }
    }

    private async Task<bool> TryEndAsync(RunRow run)
    {
        try
        {
            // It has ended whether or not somebody still wants it to: its record is not cancelled.
            await SaveAsync(run, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (IndexFailure.Is(e))
        {
            return false;
        }
    }

    private RunRow Add(IndexContext db, string by)
    {
        var run = new RunRow { By = by, StartedAt = time.GetUtcNow(), Step = Queued };
        db.Runs.Add(run);
        db.SaveChanges();
        return run;
    }
}
