using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>
/// What the registry remembers of its own doing, once it is older than Registry:Collection:KeepRecords: receipts, runs, plans, pulls,
/// samples, checks and migrations. It is no removal of content, so it has no receipt and is not counted.
/// </summary>
internal sealed class RecordStep(IndexWriter writer, CollectionOptions options) : ISweepStep
{
    /// <summary>Each forgets up to so many rows; a plan goes row by row, and itself at last, since one may list 100,000 tags.</summary>
    private static readonly Func<IndexContext, SweepPass, DateTimeOffset, int, int>[] Kinds = [Receipts, Runs, Pulls, Samples, Plans, Checks, Moves];

    public string Name => "records";

    public void Count(RunRow run, int removed)
    {
    }

    public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) =>
        writer.WriteBesideAsync(db => pass.Measure(writer, () => Forget(db, pass, size)), cancellationToken);

    private int Forget(IndexContext db, SweepPass pass, int size)
    {
        foreach (var forget in Kinds)
        {
            if (forget(db, pass, pass.Now - options.KeepRecords, size) is > 0 and var forgotten)
            {
                return forgotten;
            }
        }

        return 0;
    }

    private static int Receipts(IndexContext db, SweepPass pass, DateTimeOffset before, int size) =>
        db.Receipts.Where(r => r.At < before).OrderBy(r => r.At).Take(size).ExecuteDelete();

    /// <summary>The last scheduled one stays: by it the next start knows whether one was missed.</summary>
    private static int Runs(IndexContext db, SweepPass pass, DateTimeOffset before, int size) =>
        db.Runs.Where(r => r.EndedAt < before && r.Id != db.Runs.Where(s => s.By == Sweeping.Runs.Schedule).Max(s => (long?)s.Id).GetValueOrDefault())
            .OrderBy(r => r.Id).Take(size).ExecuteDelete();

    private static int Pulls(IndexContext db, SweepPass pass, DateTimeOffset before, int size)
    {
        var day = PullRow.DayOf(before);
        return db.Database.ExecuteSql($"DELETE FROM pulls WHERE rowid IN (SELECT rowid FROM pulls WHERE Day < {day} LIMIT {size})");
    }

    /// <summary>A check goes after what it has seen; the last scheduled one stays, by it the next one is due.</summary>
    private static int Checks(IndexContext db, SweepPass pass, DateTimeOffset before, int size)
    {
        var last = db.Checks.Where(c => c.By == Sweeping.Runs.Schedule).Max(c => (long?)c.Id).GetValueOrDefault();
        var due = db.Checks.Where(c => c.EndedAt < before && c.Id != last).OrderBy(c => c.Id).Select(c => (long?)c.Id).FirstOrDefault();
        if (due is not { } check)
        {
            return 0;
        }

        var forgotten = db.Database.ExecuteSql($"DELETE FROM findings WHERE Id IN (SELECT Id FROM findings WHERE CheckId = {check} LIMIT {size})");
        return forgotten > 0 ? forgotten : db.Checks.Where(c => c.Id == check).ExecuteDelete();
    }

    private static int Moves(IndexContext db, SweepPass pass, DateTimeOffset before, int size) =>
        db.Moves.Where(m => m.EndedAt < before).OrderBy(m => m.Id).Take(size).ExecuteDelete();

    private static int Samples(IndexContext db, SweepPass pass, DateTimeOffset before, int size) =>
        db.StorageSamples.Where(s => s.At < before).OrderBy(s => s.At).Take(size).ExecuteDelete();

    private static int Plans(IndexContext db, SweepPass pass, DateTimeOffset before, int size)
    {
        var unapplied = pass.Now - PlanRow.KeptUnapplied;
        var due = db.Plans.Where(p => p.MadeAt < before || p.AppliedAt == null && p.MadeAt < unapplied).OrderBy(p => p.MadeAt).Select(p => (long?)p.Id).FirstOrDefault();
        if (due is not { } plan)
        {
            return 0;
        }

        var forgotten = PlanLists.Forget(db, plan, size);
        return forgotten > 0 ? forgotten : db.Plans.Where(p => p.Id == plan).ExecuteDelete();
    }
}
