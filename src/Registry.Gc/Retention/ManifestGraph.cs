using System.Collections;

namespace Registry.Gc.Retention;

/// <summary>
/// Who keeps whom alive, and how many bytes each one has. Live are: what a tag names, what is kept by itself, the children and
/// referrers of what lives, and the blobs that something live names in any repository. Made by <see cref="ManifestGraphBuilder"/>.
/// </summary>
public sealed class ManifestGraph
{
    private readonly GraphNodes manifests;
    private readonly GraphNodes blobs;

    /// <summary>Of each tag's id, the number of its manifest.</summary>
    private readonly Dictionary<long, int> tags;
    private readonly int[] kept;
    private readonly BitArray promised;
    private readonly EdgeList blobEdges;
    private readonly EdgeList lifelines;
    private readonly (BitArray Manifests, BitArray Named) now;

    internal ManifestGraph(
        GraphNodes manifests, GraphNodes blobs, Dictionary<long, int> tags, int[] kept, int[] blobsByPromise, EdgeList blobEdges, EdgeList lifelines)
    {
        (this.manifests, this.blobs, this.tags) = (manifests, blobs, tags);
        (this.kept, this.blobEdges, this.lifelines) = (kept, blobEdges, lifelines);
        promised = new BitArray(blobs.Count);
        Array.ForEach(blobsByPromise, blob => promised[blob] = true);
        now = Mark([]);
        NamedBlobBytes = Sum(now.Named);
        PromisedBlobBytes = Sum(new BitArray(now.Named).Not().And(promised));
    }

    /// <summary>In bytes: the blobs that live manifests name now, each once.</summary>
    public long NamedBlobBytes { get; }

    /// <summary>In bytes: the blobs that live by a promise only. Somebody is pushing them, or what named them has just been removed.</summary>
    public long PromisedBlobBytes { get; }

    /// <summary>In bytes: all blobs that live now, each once. What nothing keeps alive any more is not in it, though its bytes may still be stored.</summary>
    public long LiveBlobBytes => NamedBlobBytes + PromisedBlobBytes;

    /// <summary>What is freed in the end if these tags go, and nothing else changes.</summary>
    /// <param name="goingTags">Ids of tags that were added. Those of signatures go with their subjects by themselves.</param>
    /// <exception cref="ArgumentException">One of them was not added.</exception>
    public FreedBytes FindFreed(IEnumerable<long> goingTags)
    {
        var then = Mark(Find(goingTags));
        var (lostManifests, manifestBytes) = FindLost(manifests, now.Manifests, then.Manifests);
        var (lostBlobs, blobBytes) = FindLost(blobs, now.Named, then.Named.Or(promised));
        return new FreedBytes(manifestBytes, blobBytes, lostManifests, lostBlobs);
    }

    /// <summary>What <see cref="NamedBlobBytes"/> is, in bytes, once these tags have gone. It takes less than <see cref="FindFreed"/>.</summary>
    /// <exception cref="ArgumentException">One of them was not added.</exception>
    public long FindNamedBlobBytes(IEnumerable<long> goingTags) => Sum(Mark(Find(goingTags)).Named);

    private HashSet<long> Find(IEnumerable<long> goingTags)
    {
        var going = new HashSet<long>();
        foreach (var tag in goingTags)
        {
            going.Add(tags.ContainsKey(tag) ? tag : throw new ArgumentException($"There is no tag {tag}.", nameof(goingTags)));
        }

        return going;
    }

    private long Sum(BitArray which)
    {
        var bytes = 0L;
        for (var number = 0; number < which.Count; number++)
        {
            bytes += which[number] ? blobs.BytesOf(number) : 0;
        }

        return bytes;
    }

    /// <summary>What lives without the tags that go, but for what promises keep.</summary>
    private (BitArray Manifests, BitArray Named) Mark(HashSet<long> going)
    {
        var (liveManifests, named) = (new BitArray(manifests.Count), new BitArray(blobs.Count));
        var reached = new Stack<int>();
        foreach (var manifest in kept)
        {
            Reach(manifest, liveManifests, reached);
        }

        foreach (var (tag, manifest) in tags)
        {
            if (!going.Contains(tag))
            {
                Reach(manifest, liveManifests, reached);
            }
        }

        while (reached.TryPop(out var manifest))
        {
            foreach (var blob in blobEdges.From(manifest))
            {
                named[blob] = true;
            }

            foreach (var next in lifelines.From(manifest))
            {
                Reach(next, liveManifests, reached);
            }
        }

        return (liveManifests, named);
    }

    private static void Reach(int manifest, BitArray live, Stack<int> reached)
    {
        if (!live[manifest])
        {
            live[manifest] = true;
            reached.Push(manifest);
        }
    }

    private static (List<long> Ids, long Bytes) FindLost(GraphNodes nodes, BitArray before, BitArray after)
    {
        var ids = new List<long>();
        var bytes = 0L;
        for (var number = 0; number < nodes.Count; number++)
        {
            if (before[number] && !after[number])
            {
                ids.Add(nodes.IdOf(number));
                bytes += nodes.BytesOf(number);
            }
        }

        ids.Sort();
        return (ids, bytes);
    }
}
