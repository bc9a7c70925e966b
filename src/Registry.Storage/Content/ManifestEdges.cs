using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>What a manifest needs and its repository does not have, or has only as the other of blob and manifest.</summary>
internal sealed record MissingEdge(Descriptor Target, bool IsBlob, bool IsManifest)
{
    public override string ToString() =>
        IsManifest ? $"{Target.Digest} as a blob (it is there as a manifest)"
        : IsBlob ? $"{Target.Digest} as a manifest (it is there as a blob)"
        : Target.Digest.ToString();
}

/// <summary>
/// The edges of a manifest that is being put, resolved against its repository. A digest may be a blob, a manifest (a child)
/// or both here; what it must be the document says, and an edge goes to whatever it is.
/// </summary>
internal sealed class ManifestEdges
{
    private readonly HashSet<long> blobIds = [];
    private readonly HashSet<long> childIds = [];

    private ManifestEdges(IReadOnlyList<MissingEdge> missing) => Missing = missing;

    public IReadOnlyList<MissingEdge> Missing { get; }

    public static ManifestEdges Resolve(IndexContext db, long? repositoryId, ManifestDocument document)
    {
        var missing = new List<MissingEdge>();
        var edges = new ManifestEdges(missing);
        foreach (var some in document.Edges.Chunk(QueryLimits.ValuesPerQuery))
        {
            var digests = some.Select(edge => edge.Target.Digest.ToString()).ToList();
            var blobs = db.Links.Where(l => l.RepositoryId == repositoryId)
                .Join(db.Blobs.Where(b => digests.Contains(b.Digest) && b.Finding == null), l => l.BlobId, b => b.Id, (l, b) => new { b.Id, b.Digest }).ToList();
            var children = db.Manifests.Where(m => m.RepositoryId == repositoryId && digests.Contains(m.Digest)).Select(m => new { m.Id, m.Digest }).ToList();
            edges.blobIds.UnionWith(blobs.Select(b => b.Id));
            edges.childIds.UnionWith(children.Select(c => c.Id));

            var asBlob = blobs.Select(b => b.Digest).ToHashSet(StringComparer.Ordinal);
            var asManifest = children.Select(c => c.Digest).ToHashSet(StringComparer.Ordinal);
            missing.AddRange(
                from edge in some
                let digest = edge.Target.Digest.ToString()
                let found = (IsBlob: asBlob.Contains(digest), IsManifest: asManifest.Contains(digest))
                where !edge.IsSatisfied(found.IsBlob, found.IsManifest)
                select new MissingEdge(edge.Target, found.IsBlob, found.IsManifest));
        }

        return edges;
    }

    /// <summary>Stores the edges that are not there yet, and ends the promise of what they lead to: it is needed now.</summary>
    public void Store(IndexContext db, long repositoryId, long manifestId)
    {
        var knownBlobs = db.BlobEdges.Where(e => e.ManifestId == manifestId).Select(e => e.BlobId).ToHashSet();
        var knownChildren = db.ChildEdges.Where(e => e.ParentId == manifestId).Select(e => e.ChildId).ToHashSet();
        db.BlobEdges.AddRange(blobIds.Except(knownBlobs).Select(id => new BlobEdgeRow { ManifestId = manifestId, BlobId = id, RepositoryId = repositoryId }));
        db.ChildEdges.AddRange(childIds.Except(knownChildren).Select(id => new ChildEdgeRow { ParentId = manifestId, ChildId = id }));
        db.SaveChanges();

        LinkPromises.End(db, repositoryId, blobIds);
        ManifestPromises.End(db, childIds);
    }
}
