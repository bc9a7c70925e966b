using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>Keeps the record of plans small: runs make one every hour, and in shadow mode each lists the same.</summary>
internal sealed class PlanRecords(IDbContextFactory<IndexContext> contexts, IndexWriter writer)
{
    private const int RowsPerChange = 500;

    /// <summary>Forgets what earlier plans of runs list that were not applied. Their summaries stay.</summary>
    /// <param name="planId">The plan that takes their place.</param>
    public async Task ForgetOlderListsAsync(long planId, CancellationToken cancellationToken)
    {
        List<long> older;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            older = db.Plans.Where(p => p.Id < planId && p.RunId != null && p.AppliedAt == null && db.PlannedTags.Any(t => t.PlanId == p.Id)).Select(p => p.Id).ToList();
        }

        foreach (var id in older)
        {
            while (await writer.WriteBesideAsync(db => PlanLists.Forget(db, id, RowsPerChange), cancellationToken) > 0)
            {
            }
        }
    }
}
