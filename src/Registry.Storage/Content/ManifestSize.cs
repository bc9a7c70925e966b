using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>How many bytes a pull of a manifest takes: known once, since what it names never changes. Inside a change of the index only.</summary>
internal static class ManifestSize
{
    /// <summary>Sets it from the manifest's edges, those of its children included; content that several of them share counts once.</summary>
    public static void Set(IndexContext db, long manifestId) =>
        db.Database.ExecuteSql($"""
            WITH RECURSIVE whole(Id) AS (SELECT {manifestId} UNION SELECT e.ChildId FROM child_edges e JOIN whole ON e.ParentId = whole.Id)
            UPDATE manifests SET Size = (SELECT SUM(LENGTH(m.Body)) FROM manifests m WHERE m.Id IN (SELECT Id FROM whole))
                + COALESCE((SELECT SUM(b.Size) FROM blobs b WHERE b.Id IN (SELECT e.BlobId FROM blob_edges e WHERE e.ManifestId IN (SELECT Id FROM whole))), 0)
            WHERE Id = {manifestId}
            """);
}
