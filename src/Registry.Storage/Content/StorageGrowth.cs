using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>
/// How fast it grows: the slope of the straight line that fits the samples best (least squares), so that neither a sweep nor one large
/// push at either end decides.
/// </summary>
public static class StorageGrowth
{
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    private static readonly TimeSpan Shortest = TimeSpan.FromDays(1);

    /// <summary>Bytes a day; null while the samples are of less than a day.</summary>
    /// <param name="samples">In the order of time.</param>
    public static double? PerDay(IReadOnlyList<StorageSampleRow> samples)
    {
        if (samples.Count < 2 || samples[^1].At - samples[0].At < Shortest)
        {
            return null;
        }

        // From the first sample on, so that the squares stay small.
        var days = samples.Select(sample => (sample.At - samples[0].At).TotalDays).ToList();
        var bytes = samples.Select(sample => (double)(sample.StoredBytes - samples[0].StoredBytes)).ToList();
        var (meanDays, meanBytes) = (days.Average(), bytes.Average());
        return days.Zip(bytes, (day, size) => (day - meanDays) * (size - meanBytes)).Sum() / days.Sum(day => (day - meanDays) * (day - meanDays));
    }

    /// <summary>When the nearest of these ends is reached at this pace; null if never.</summary>
    /// <param name="left">Bytes that may still be stored, up to each end.</param>
    public static double? DaysUntilFull(double? growthPerDay, IReadOnlyCollection<long> left) =>
        growthPerDay is { } growth and > 0 && left.Count > 0 ? Math.Max(0, left.Min()) / growth : null;
}
