using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Removes tags that a plan lists, many at once. Inside a change of the index only.</summary>
internal static class PlannedRemoval
{
    /// <summary>Removes those of the tags that are still as the plan saw them, and notes of each what became of it. Returns how many went.</summary>
    /// <param name="decidedAt">When it was decided that they go: what was pulled since is left for the next plan.</param>
    public static int Remove(IndexContext db, long planId, IEnumerable<long> tagIds, DateTimeOffset decidedAt, string by, long? runId, DateTimeOffset now, DateTimeOffset keptUntil)
    {
        var asked = SqlSet.Of(tagIds);
#if WITHOUT_PLAN_RECHECK
        db.Database.ExecuteSql($"UPDATE planned_tags SET ManifestId = t.ManifestId, PushedAt = t.PushedAt FROM tags t WHERE t.Id = planned_tags.TagId AND PlanId = {planId}");
#endif
        var there = db.Database.SqlQuery<long>($"""
            SELECT p.TagId AS Value FROM planned_tags p JOIN tags t ON t.Id = p.TagId AND t.ManifestId = p.ManifestId AND t.PushedAt = p.PushedAt
            JOIN manifests m ON m.Id = t.ManifestId AND MAX(COALESCE(m.LastPulledAt, 0), COALESCE(t.LastPulledAt, 0)) <= {decidedAt.ToUnixTimeMilliseconds()}
            WHERE p.PlanId = {planId} AND p.TagId IN (SELECT value FROM json_each({asked}))
            AND NOT EXISTS (SELECT 1 FROM pins WHERE pins.Digest = p.Digest AND pins.ExpiresAt > {now.ToUnixTimeMilliseconds()})
            """).ToList();
        var going = SqlSet.Of(there);
        Receipts.OfPlannedTags(db, planId, going, by, runId, now);
        TagMoves.DeletePlanned(db, planId, going, by, now);
        var manifests = db.Database.SqlQuery<long>($"SELECT DISTINCT ManifestId AS Value FROM planned_tags WHERE PlanId = {planId} AND TagId IN (SELECT value FROM json_each({going}))").ToList();
        ManifestPromises.StartWhereUnreferenced(db, manifests, now, keptUntil);
        db.Database.ExecuteSql($"""
            UPDATE planned_tags SET Outcome = CASE WHEN TagId IN (SELECT value FROM json_each({going})) THEN {(int)PlannedOutcome.Removed} ELSE {(int)PlannedOutcome.Moved} END
            WHERE PlanId = {planId} AND TagId IN (SELECT value FROM json_each({asked}))
            """);
        db.Database.ExecuteSql($"UPDATE plans SET RemovedTags = RemovedTags + {there.Count} WHERE Id = {planId}");
        return there.Count;
    }
}
