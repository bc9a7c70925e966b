using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>What plans list. Inside a change of the index only.</summary>
internal static class PlanLists
{
    /// <summary>Forgets up to so many rows of what a plan lists and returns how many; 0: nothing is left, and only the plan's summary stays.</summary>
    public static int Forget(IndexContext db, long planId, int size)
    {
        var forgotten = db.Database.ExecuteSql($"DELETE FROM planned_tags WHERE rowid IN (SELECT rowid FROM planned_tags WHERE PlanId = {planId} LIMIT {size})");
        return forgotten + db.Database.ExecuteSql($"DELETE FROM planned_manifests WHERE rowid IN (SELECT rowid FROM planned_manifests WHERE PlanId = {planId} LIMIT {size - forgotten})");
    }
}
