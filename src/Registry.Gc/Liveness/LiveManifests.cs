using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Liveness;

/// <summary>
/// Whether manifests live, asked upwards from each until something keeps it, and remembered: the answers are of one moment. What
/// names each other may go round in a circle (an index may be the referrer of its own child), so each is looked at once.
/// </summary>
/// <param name="goingTags">Ids of tags that are taken as gone already.</param>
internal sealed class LiveManifests(IndexContext db, DateTimeOffset now, IReadOnlySet<long> goingTags)
{
    /// <summary>Manifests looked at for one answer. Where they are not enough it is yes: what cannot be told stays.</summary>
    private const int Most = 10_000;

    private readonly Lifelines lifelines = new(db, now);
    private readonly Dictionary<long, bool> known = [];

    public bool Has(long manifest)
    {
        if (known.TryGetValue(manifest, out var lives))
        {
            return lives;
        }

        // Of each one reached the one that it would keep alive.
        var reached = new Dictionary<long, long?> { [manifest] = null };
        var open = new Queue<long>([manifest]);
        while (open.Count > 0)
        {
            if (reached.Count > Most)
            {
                return known[manifest] = true;
            }

            if (FindLive(Take(open), reached, open) is { } found)
            {
                for (long? at = found; at is { } id; at = reached[id])
                {
                    known[id] = true;
                }

                return true;
            }
        }

        // Everything above them was looked at, too.
        foreach (var id in reached.Keys)
        {
            known[id] = false;
        }

        return false;
    }

    private static List<long> Take(Queue<long> open)
    {
        var some = new List<long>();
        while (some.Count < QueryLimits.ValuesPerQuery && open.TryDequeue(out var id))
        {
            some.Add(id);
        }

        return some;
    }

    /// <summary>One of these that lives. Null: what is above them is open now.</summary>
    private long? FindLive(List<long> some, Dictionary<long, long?> reached, Queue<long> open)
    {
        var signatures = new List<NamingTag>();
        foreach (var tag in lifelines.TagsOf(some).Select(t => new NamingTag(t.Id, t.RepositoryId, t.ManifestId, t.Name)))
        {
            if (goingTags.Contains(tag.Id))
            {
                continue;
            }

            if (tag.Subject is null)
            {
                return tag.ManifestId;
            }

            signatures.Add(tag);
        }

        return lifelines.PinsOf(some).Select(p => (long?)p.ManifestId).FirstOrDefault() ?? FindLiveKeeper(some, signatures, reached, open);
    }

    private long? FindLiveKeeper(List<long> some, List<NamingTag> signatures, Dictionary<long, long?> reached, Queue<long> open)
    {
        foreach (var lifeline in lifelines.Of(some, signatures))
        {
            if (known.TryGetValue(lifeline.Keeper, out var lives))
            {
                if (lives)
                {
                    return lifeline.Kept;
                }
            }
            else if (reached.TryAdd(lifeline.Keeper, lifeline.Kept))
            {
                open.Enqueue(lifeline.Keeper);
                if (reached.Count > Most)
                {
                    break;
                }
            }
        }

        return null;
    }
}
