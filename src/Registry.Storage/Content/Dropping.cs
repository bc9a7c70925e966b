using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Manifests go. Inside a change of the index only.</summary>
internal static class Dropping
{
    /// <summary>Removes manifests that no tag and no parent names; what only they needed gets the promise.</summary>
    public static void Manifests(IndexContext db, IReadOnlyCollection<long> manifestIds, DateTimeOffset now, DateTimeOffset keptUntil)
    {
#if WITHOUT_PROMISE_AT_DROP
        keptUntil = now;
#endif
        foreach (var some in manifestIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            var edges = db.BlobEdges.Where(e => some.Contains(e.ManifestId)).Select(e => new { e.RepositoryId, e.BlobId }).Distinct().ToList();
            var children = db.ChildEdges.Where(e => some.Contains(e.ParentId)).Select(e => e.ChildId).Distinct().ToList();
            db.Manifests.Where(m => some.Contains(m.Id)).ExecuteDelete();
            LinkPromises.StartWhereUnneeded(db, edges.Select(e => (e.RepositoryId, e.BlobId)), keptUntil);
            ManifestPromises.StartWhereUnreferenced(db, children, now, keptUntil);
        }
    }
}
