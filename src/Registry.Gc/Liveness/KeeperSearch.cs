using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Liveness;

/// <summary>Every root that keeps a manifest, with the shortest path to it; one search.</summary>
internal sealed class KeeperSearch(IndexContext db, DateTimeOffset now)
{
    private const int MostPaths = 20;

    /// <summary>Manifests looked at. More of them, and the further roots are not counted to the end.</summary>
    private const int Most = 10_000;

    private readonly Lifelines lifelines = new(db, now);

    /// <summary>Of each manifest reached its digest, and how it was: null for the first one.</summary>
    private readonly Dictionary<long, (string Digest, Lifeline? How)> reached = [];
    private readonly List<IReadOnlyList<KeptBy>> paths = [];
    private long more;

    public (IReadOnlyList<IReadOnlyList<KeptBy>> Paths, long More) Find(long manifest, string digest)
    {
        reached[manifest] = (digest, null);
        List<long> level = [manifest];
        while (level.Count > 0 && reached.Count <= Most)
        {
            // Level by level, so that the first way to each is a shortest one.
            level = level.Chunk(QueryLimits.ValuesPerQuery).SelectMany(some => LookAbove(some)).ToList();
        }

        return (paths, more);
    }

    private List<long> LookAbove(long[] some)
    {
        var signatures = new List<NamingTag>();
        foreach (var tag in lifelines.TagsOf(some).OrderBy(t => t.Name).Select(t => new NamingTag(t.Id, t.RepositoryId, t.ManifestId, t.Name)))
        {
            if (tag.Subject is null)
            {
                AddPath(KeeperKind.Tag, tag.Name, tag.ManifestId);
            }
            else
            {
                signatures.Add(tag);
            }
        }

        foreach (var pin in lifelines.PinsOf(some))
        {
            AddPath(KeeperKind.Pin, pin.Host, pin.ManifestId);
        }

        var next = new List<long>();
        foreach (var lifeline in lifelines.Of(some, signatures))
        {
            if (reached.TryAdd(lifeline.Keeper, (lifeline.KeeperDigest, lifeline)))
            {
                next.Add(lifeline.Keeper);
                if (reached.Count > Most)
                {
                    break;
                }
            }
        }

        return next;
    }

    private void AddPath(KeeperKind kind, string name, long manifest)
    {
        if (paths.Count == MostPaths)
        {
            more++;
            return;
        }

        var path = new List<KeptBy> { new(kind, name, reached[manifest].Digest) };
        for (var how = reached[manifest].How; how is not null; how = reached[how.Kept].How)
        {
            path.Add(new KeptBy(how.Kind, how.Tag, how.KeeperDigest));
        }

        path.Reverse();
        paths.Add(path);
    }
}
