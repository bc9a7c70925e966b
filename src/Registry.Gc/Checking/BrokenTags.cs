using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>Tags that need a blob or a manifest: through manifests, and through indexes above those.</summary>
internal static class BrokenTags
{
    public static IReadOnlyList<string> OfBlob(IndexContext db, long blobId, int count) =>
        db.Database.SqlQuery<string>($"""
            WITH RECURSIVE needing(Id) AS (
                SELECT ManifestId FROM blob_edges e JOIN links l ON l.RepositoryId = e.RepositoryId AND l.BlobId = e.BlobId WHERE l.BlobId = {blobId}
                UNION SELECT c.ParentId FROM child_edges c JOIN needing n ON c.ChildId = n.Id)
            SELECT r.Name || ':' || t.Name AS Value FROM needing n JOIN tags t ON t.ManifestId = n.Id JOIN repositories r ON r.Id = t.RepositoryId ORDER BY 1 LIMIT {count}
            """).ToList();

    public static IReadOnlyList<string> OfManifest(IndexContext db, string repository, string digest, int count) =>
        db.Database.SqlQuery<string>($"""
            WITH RECURSIVE needing(Id) AS (
                SELECT m.Id FROM manifests m JOIN repositories r ON r.Id = m.RepositoryId WHERE r.Name = {repository} AND m.Digest = {digest}
                UNION SELECT c.ParentId FROM child_edges c JOIN needing n ON c.ChildId = n.Id)
            SELECT r.Name || ':' || t.Name AS Value FROM needing n JOIN tags t ON t.ManifestId = n.Id JOIN repositories r ON r.Id = t.RepositoryId ORDER BY 1 LIMIT {count}
            """).ToList();
}
