using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>The plans that were made, and what became of them.</summary>
public sealed class Plans(IDbContextFactory<IndexContext> contexts)
{
    /// <summary>The newest first.</summary>
    /// <param name="before">Only plans before this one; null for all.</param>
    public IReadOnlyList<PlanRow> List(long? before, int count)
    {
        using var db = contexts.CreateDbContext();
        return db.Plans.Where(p => before == null || p.Id < before).OrderByDescending(p => p.Id).Take(count).ToList();
    }

    public PlanRow? Find(long id)
    {
        using var db = contexts.CreateDbContext();
        return db.Plans.FirstOrDefault(p => p.Id == id);
    }

    /// <summary>The newest plan by a policy that was set: what it says of the budget holds until the next one.</summary>
    public PlanRow? FindNewest()
    {
        using var db = contexts.CreateDbContext();
        return db.Plans.Where(p => p.PolicyId != null && p.Tags != PlanRow.Unfinished).OrderByDescending(p => p.Id).FirstOrDefault();
    }

    /// <summary>The tags of a plan by id.</summary>
    /// <param name="after">Only tags after this one.</param>
    public IReadOnlyList<PlannedTagRow> Tags(long planId, long after, int count)
    {
        using var db = contexts.CreateDbContext();
        return db.PlannedTags.Where(t => t.PlanId == planId && t.TagId > after).OrderBy(t => t.TagId).Take(count).ToList();
    }

    /// <summary>The manifests of a plan by id.</summary>
    /// <param name="after">Only manifests after this one.</param>
    public IReadOnlyList<PlannedManifestRow> Manifests(long planId, long after, int count)
    {
        using var db = contexts.CreateDbContext();
        return db.PlannedManifests.Where(m => m.PlanId == planId && m.ManifestId > after).OrderBy(m => m.ManifestId).Take(count).ToList();
    }
}
