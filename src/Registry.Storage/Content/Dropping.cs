using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>A manifest goes. Inside a change of the index only.</summary>
internal static class Dropping
{
    /// <summary>Removes a manifest that no tag and no parent names; what only it needed gets the promise.</summary>
    public static void Manifest(IndexContext db, long repositoryId, long manifestId, DateTimeOffset now, DateTimeOffset keptUntil)
    {
        var blobs = db.BlobEdges.Where(e => e.ManifestId == manifestId).Select(e => e.BlobId).ToList();
        var children = db.ChildEdges.Where(e => e.ParentId == manifestId).Select(e => e.ChildId).ToList();
        db.Manifests.Where(m => m.Id == manifestId).ExecuteDelete();
        LinkPromises.StartWhereUnneeded(db, repositoryId, blobs, keptUntil);
        ManifestPromises.StartWhereUnreferenced(db, children, now, keptUntil);
    }
}
