using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>When a manifest's own promise starts, is renewed and ends. All of it inside a change of the index only.</summary>
internal static class ManifestPromises
{
    /// <summary>A push says yes for a manifest that is there already; one that a tag or a parent names has no promise and gets none.</summary>
    /// <param name="manifest">A tracked row.</param>
    public static void Keep(ManifestRow manifest, DateTimeOffset keptUntil)
    {
        if (manifest.KeptUntil is not null)
        {
            manifest.KeptUntil = Deadlines.Later(manifest.KeptUntil, keptUntil);
        }
    }

    /// <summary>Renews the promise of a manifest that was there a moment ago. False: it has gone.</summary>
    public static bool Renew(IndexContext db, long manifestId, DateTimeOffset keptUntil)
    {
        db.Manifests.Where(m => m.Id == manifestId && m.KeptUntil != null && m.KeptUntil < keptUntil)
            .ExecuteUpdate(set => set.SetProperty(m => m.KeptUntil, keptUntil));
        return db.Manifests.Any(m => m.Id == manifestId);
    }

    /// <summary>A tag or a parent names these manifests from now on.</summary>
    public static void End(IndexContext db, IReadOnlyCollection<long> manifestIds)
    {
        foreach (var some in manifestIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            db.Manifests.Where(m => some.Contains(m.Id) && m.UnreferencedSince != null).ExecuteUpdate(set => set
                .SetProperty(m => m.UnreferencedSince, (DateTimeOffset?)null)
                .SetProperty(m => m.KeptUntil, (DateTimeOffset?)null));
        }
    }

    /// <summary>A name of these manifests went. Starts the promise of those that were left without any.</summary>
    public static void StartWhereUnreferenced(IndexContext db, IReadOnlyCollection<long> manifestIds, DateTimeOffset now, DateTimeOffset keptUntil)
    {
        foreach (var some in manifestIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            db.Manifests
                .Where(m => some.Contains(m.Id) && m.UnreferencedSince == null && !db.Tags.Any(t => t.ManifestId == m.Id) && !db.ChildEdges.Any(e => e.ChildId == m.Id))
                .ExecuteUpdate(set => set.SetProperty(m => m.UnreferencedSince, now).SetProperty(m => m.KeptUntil, keptUntil));
        }
    }
}
