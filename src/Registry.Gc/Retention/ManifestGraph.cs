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
    private readonly int[] blobsByPromise;
    private readonly EdgeList blobEdges;
    private readonly EdgeList lifelines;
    private readonly (BitArray Manifests, BitArray Blobs) now;

    internal ManifestGraph(
        GraphNodes manifests, GraphNodes blobs, Dictionary<long, int> tags, int[] kept, int[] blobsByPromise, EdgeList blobEdges, EdgeList lifelines)
    {
        (this.manifests, this.blobs, this.tags) = (manifests, blobs, tags);
        (this.kept, this.blobsByPromise, this.blobEdges, this.lifelines) = (kept, blobsByPromise, blobEdges, lifelines);
        now = Mark([]);
    }

    /// <summary>What is freed in the end if these tags go, and nothing else changes.</summary>
    /// <param name="goingTags">Ids of tags that were added. Those of signatures go with their subjects by themselves.</param>
    /// <exception cref="ArgumentException">One of them was not added.</exception>
    public FreedBytes FindFreed(IEnumerable<long> goingTags)
    {
        var going = new HashSet<long>();
        foreach (var tag in goingTags)
        {
            going.Add(tags.ContainsKey(tag) ? tag : throw new ArgumentException($"There is no tag {tag}.", nameof(goingTags)));
        }

        var then = Mark(going);
        var (lostManifests, manifestBytes) = FindLost(manifests, now.Manifests, then.Manifests);
        var (lostBlobs, blobBytes) = FindLost(blobs, now.Blobs, then.Blobs);
        return new FreedBytes(manifestBytes, blobBytes, lostManifests, lostBlobs);
    }

    /// <summary>What lives without the tags that go.</summary>
    private (BitArray Manifests, BitArray Blobs) Mark(HashSet<long> going)
    {
        var (liveManifests, liveBlobs) = (new BitArray(manifests.Count), new BitArray(blobs.Count));
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

        foreach (var blob in blobsByPromise)
        {
            liveBlobs[blob] = true;
        }

        while (reached.TryPop(out var manifest))
        {
            foreach (var blob in blobEdges.From(manifest))
            {
                liveBlobs[blob] = true;
            }

            foreach (var next in lifelines.From(manifest))
            {
                Reach(next, liveManifests, reached);
            }
        }

        return (liveManifests, liveBlobs);
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
