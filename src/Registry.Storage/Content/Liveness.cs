using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>What happens to a manifest's own life when names come and go. All of it inside a change of the index only.</summary>
internal static class Liveness
{
    /// <summary>A tag or a parent names these manifests from now on.</summary>
    public static void Reference(IndexContext db, IReadOnlyCollection<long> manifestIds)
    {
        foreach (var some in manifestIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            db.Manifests.Where(m => some.Contains(m.Id) && m.UnreferencedSince != null).ExecuteUpdate(set => set
                .SetProperty(m => m.UnreferencedSince, (DateTimeOffset?)null)
                .SetProperty(m => m.KeptUntil, (DateTimeOffset?)null));
        }
    }

    /// <summary>A name of these manifests went. Those that were left without any get the promise.</summary>
    public static void StartPromiseWhereUnreferenced(IndexContext db, IReadOnlyCollection<long> manifestIds, DateTimeOffset now, DateTimeOffset keptUntil)
    {
        foreach (var some in manifestIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            db.Manifests
                .Where(m => some.Contains(m.Id) && m.UnreferencedSince == null && !db.Tags.Any(t => t.ManifestId == m.Id) && !db.ChildEdges.Any(e => e.ChildId == m.Id))
                .ExecuteUpdate(set => set.SetProperty(m => m.UnreferencedSince, now).SetProperty(m => m.KeptUntil, keptUntil));
        }
    }

    /// <summary>Removes a manifest that no tag and no parent names; what only it needed gets the promise.</summary>
    public static void Drop(IndexContext db, long repositoryId, long manifestId, DateTimeOffset now, DateTimeOffset keptUntil)
    {
        var blobs = db.BlobEdges.Where(e => e.ManifestId == manifestId).Select(e => e.BlobId).ToList();
        var children = db.ChildEdges.Where(e => e.ParentId == manifestId).Select(e => e.ChildId).ToList();
        db.Manifests.Where(m => m.Id == manifestId).ExecuteDelete();
#if WITHOUT_PROMISE_AT_DROP
        keptUntil = now;
#endif
        Links.StartPromiseWhereUnneeded(db, repositoryId, blobs, keptUntil);
        StartPromiseWhereUnreferenced(db, children, now, keptUntil);
    }
}
