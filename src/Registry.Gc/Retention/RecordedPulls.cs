using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>The pulls of one repository, to be looked up by tag and by digest.</summary>
internal sealed class RecordedPulls
{
    private readonly Dictionary<Tag, List<PastPull>> byTag;
    private readonly Dictionary<Digest, List<PastPull>> byDigest;

    public RecordedPulls(IEnumerable<PastPull> pulls)
    {
        var sorted = pulls.OrderBy(p => p.At).ToList();
        byTag = sorted.Where(p => p.Tag is not null).GroupBy(p => p.Tag!.Value).ToDictionary(g => g.Key, g => g.ToList());
        byDigest = sorted.GroupBy(p => p.Digest).ToDictionary(g => g.Key, g => g.ToList());
    }

    /// <summary>The last pull up to a time, by the tag or of its manifest: as the index has it.</summary>
    public DateTimeOffset? FindLast(TagPeriod period, DateTimeOffset now)
    {
        var (ofTag, ofManifest) = (FindLast(byTag.GetValueOrDefault(period.Tag), now), FindLast(byDigest.GetValueOrDefault(period.Digest), now));
        return ofTag > ofManifest || ofManifest is null ? ofTag : ofManifest;
    }

    /// <summary>The pulls that asked for what was removed, by its tag or its digest, while in truth it was there.</summary>
    public IEnumerable<PastPull> FindAfter(PastRemoval removal)
    {
        var period = removal.Period;
        return (byTag.GetValueOrDefault(period.Tag) ?? [])
            .Concat((byDigest.GetValueOrDefault(period.Digest) ?? []).Where(p => p.Tag is null))
            .Where(p => p.At > removal.At && period.Contains(p.At))
            .OrderBy(p => p.At);
    }

    private static DateTimeOffset? FindLast(List<PastPull>? sorted, DateTimeOffset now)
    {
        var (low, high) = (0, sorted?.Count ?? 0);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = sorted![middle].At <= now ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : sorted![low - 1].At;
    }
}
