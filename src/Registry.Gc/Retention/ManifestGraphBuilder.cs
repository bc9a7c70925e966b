namespace Registry.Gc.Retention;

/// <summary>
/// Takes the rows of one snapshot of the index, of all repositories that share blobs: nodes before the edges between them. Ids
/// are the index's. An edge to something that was not added throws: a figure from half a graph would be wrong.
/// </summary>
public sealed class ManifestGraphBuilder
{
    private readonly GraphNodes manifests = new("manifest");
    private readonly GraphNodes blobs = new("blob");
    private readonly Dictionary<long, int> tags = [];
    private readonly List<long> repositories = [];
    private readonly List<int> kept = [];
    private readonly List<(int Manifest, int Blob)> blobEdges = [];
    private readonly List<(int From, int To)> lifelines = [];
    private readonly List<(long Repository, int Blob)> links = [];

    /// <param name="bytes">Of the manifest itself.</param>
    public void AddManifest(long manifest, long repository, long bytes)
    {
        manifests.Add(manifest, bytes);
        repositories.Add(repository);
    }

    public void AddBlob(long blob, long bytes) => blobs.Add(blob, bytes);

    public void AddBlobEdge(long manifest, long blob) => blobEdges.Add((manifests.NumberOf(manifest), blobs.NumberOf(blob)));

    /// <summary>A child lives while a parent does.</summary>
    public void AddChild(long parent, long child) => lifelines.Add((manifests.NumberOf(parent), manifests.NumberOf(child)));

    /// <summary>
    /// A referrer lives while its subject does, and so does the manifest of a signature tag (<c>sha256-&lt;hex&gt;.sig</c>), which
    /// is not added as a tag. Where the subject has gone, neither is: the next sweep removes it anyway.
    /// </summary>
    public void AddReferrer(long subject, long referrer) => lifelines.Add((manifests.NumberOf(subject), manifests.NumberOf(referrer)));

    /// <summary>A tag: its manifest lives. Also one named like a signature from which no subject can be told.</summary>
    public void AddTag(long tag, long manifest) => tags.Add(tag, manifests.NumberOf(manifest));

    /// <summary>Something else than a tag keeps the manifest: a pin, for example.</summary>
    public void Keep(long manifest) => kept.Add(manifests.NumberOf(manifest));

    /// <summary>
    /// "This repository may serve this blob." A link that no manifest of its repository needs is there by a promise: somebody is
    /// pushing, or has just asked. It keeps the blob. The other links may be added or left out.
    /// </summary>
    public void AddLink(long repository, long blob) => links.Add((repository, blobs.NumberOf(blob)));

    public ManifestGraph Build() =>
        new(manifests, blobs, tags, [.. kept], BlobsByPromise(), EdgeList.Of(manifests.Count, blobEdges), EdgeList.Of(manifests.Count, lifelines));

    /// <summary>The blobs of those links that no manifest in their repository has an edge to.</summary>
    private int[] BlobsByPromise()
    {
        if (links.Count == 0)
        {
            return [];
        }

        var needed = new HashSet<(long Repository, int Blob)>(links.Count);
        needed.UnionWith(blobEdges.Select(edge => (repositories[edge.Manifest], edge.Blob)));
        return [.. links.Where(link => !needed.Contains(link)).Select(link => link.Blob)];
    }
}
