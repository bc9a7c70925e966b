using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Liveness;

/// <summary>
/// What goes for good if some tags go: downwards from their manifests as far as nothing else keeps what is there, then the blobs that
/// only those named. The same figure as <see cref="ManifestGraph.FindFreed"/>, without the whole index in memory.
/// </summary>
/// <param name="goingTags">Ids of the tags that go.</param>
/// <param name="goingManifests">Ids of manifests that go too, which nothing keeps any more.</param>
internal sealed class FreedSearch(IndexContext db, DateTimeOffset now, IReadOnlySet<long> goingTags, IReadOnlyCollection<long> goingManifests)
{
    private readonly LiveManifests live = new(db, now, new HashSet<long>());
    private readonly LiveManifests liveThen = new(db, now, goingTags);

    public FreedBytes Find()
    {
        var manifests = FindManifests();
        var blobs = FindBlobs(manifests);
        return new FreedBytes(BytesOfManifests(manifests), BytesOfBlobs(blobs), manifests, blobs);
    }

    private List<long> FindManifests()
    {
        var lost = new HashSet<long>();
        var open = new Stack<long>(goingTags.Chunk(QueryLimits.ValuesPerQuery)
            .SelectMany(some => db.Tags.Where(t => some.Contains(t.Id)).Select(t => t.ManifestId).ToList())
            // A signature whose subject has gone keeps nothing.
            .Distinct().Where(live.Has).Concat(goingManifests));
        while (open.TryPop(out var manifest))
        {
            // What is below a live one lives.
            if (lost.Contains(manifest) || liveThen.Has(manifest))
            {
                continue;
            }

            lost.Add(manifest);
            foreach (var below in KeptBy(manifest))
            {
                open.Push(below);
            }
        }

        return [.. lost.Order()];
    }

    private List<long> KeptBy(long manifest)
    {
        var (repositoryId, digest) = db.Manifests.Where(m => m.Id == manifest).Select(m => ValueTuple.Create(m.RepositoryId, m.Digest)).First();
        var kept = db.ChildEdges.Where(e => e.ParentId == manifest).Select(e => e.ChildId)
            .Concat(db.Manifests.Where(m => m.RepositoryId == repositoryId && m.Subject == digest).Select(m => m.Id)).ToList();

        // sha256-<hex> alone or with a suffix that begins with a dot; a slash is the character after the dot.
        var (first, end) = (digest.Replace(':', '-'), digest.Replace(':', '-') + "/");
        var signatures = db.Tags.Where(t => t.RepositoryId == repositoryId && string.Compare(t.Name, first) >= 0 && string.Compare(t.Name, end) < 0)
            .Select(t => new { t.Name, t.ManifestId }).ToList();
        kept.AddRange(signatures.Where(tag => SignatureTag.SubjectOf(tag.Name) == digest).Select(tag => tag.ManifestId));
        return kept;
    }

    private List<long> FindBlobs(List<long> manifests)
    {
        var blobs = manifests.Chunk(QueryLimits.ValuesPerQuery)
            .SelectMany(some => db.BlobEdges.Where(e => some.Contains(e.ManifestId)).Select(e => e.BlobId).Distinct().ToList()).ToHashSet();
        blobs.ExceptWith(PlainlyKept(blobs));
        foreach (var (blob, holder) in HoldersBeside(manifests, blobs))
        {
            if (blobs.Contains(blob) && liveThen.Has(holder))
            {
                blobs.Remove(blob);
            }
        }

        return [.. blobs.Order()];
    }

    /// <summary>
    /// Nearly all that are kept, by one statement: those with a link by promise, and those of an image that is tagged itself or is a
    /// child of an index that is. CROSS JOIN is SQLite's word for the order: from the blob to its links, edges and tags.
    /// </summary>
    private List<long> PlainlyKept(HashSet<long> blobs)
    {
        var going = SqlSet.Of(goingTags);
        return db.Database.SqlQuery<long>($"""
            SELECT blob.value AS Value FROM json_each({SqlSet.Of(blobs)}) blob
            WHERE EXISTS (SELECT 1 FROM links l WHERE l.BlobId = blob.value AND l.KeptUntil IS NOT NULL)
            OR EXISTS (
                SELECT 1 FROM links l CROSS JOIN blob_edges e ON e.RepositoryId = l.RepositoryId AND e.BlobId = l.BlobId CROSS JOIN tags t ON t.ManifestId = e.ManifestId
                WHERE l.BlobId = blob.value AND substr(t.Name, 1, 7) NOT IN ('sha256-', 'sha512-') AND t.Id NOT IN (SELECT value FROM json_each({going})))
            OR EXISTS (
                SELECT 1 FROM links l CROSS JOIN blob_edges e ON e.RepositoryId = l.RepositoryId AND e.BlobId = l.BlobId
                CROSS JOIN child_edges c ON c.ChildId = e.ManifestId CROSS JOIN tags t ON t.ManifestId = c.ParentId
                WHERE l.BlobId = blob.value AND substr(t.Name, 1, 7) NOT IN ('sha256-', 'sha512-') AND t.Id NOT IN (SELECT value FROM json_each({going})))
            """).ToList();
    }

    /// <summary>Of the blobs that are left the manifests of all repositories that name them, but for the lost ones.</summary>
    private IEnumerable<BlobHolder> HoldersBeside(List<long> lost, HashSet<long> blobs) =>
        db.Database.SqlQuery<BlobHolder>($"""
            SELECT l.BlobId AS Blob, e.ManifestId AS Manifest
            FROM json_each({SqlSet.Of(blobs)}) blob CROSS JOIN links l ON l.BlobId = blob.value CROSS JOIN blob_edges e ON e.RepositoryId = l.RepositoryId AND e.BlobId = l.BlobId
            WHERE e.ManifestId NOT IN (SELECT value FROM json_each({SqlSet.Of(lost)}))
            """).AsEnumerable();

    private long BytesOfManifests(List<long> manifests) =>
        manifests.Chunk(QueryLimits.ValuesPerQuery).Sum(some => db.Manifests.Where(m => some.Contains(m.Id)).Sum(m => (long)m.Body.Length));

    private long BytesOfBlobs(List<long> blobs) =>
        blobs.Chunk(QueryLimits.ValuesPerQuery).Sum(some => db.Blobs.Where(b => some.Contains(b.Id)).Sum(b => b.Size));

    private sealed record BlobHolder(long Blob, long Manifest);
}
