using Registry.Storage.Model;

namespace Registry.Gc.Retention;

internal static class NearestName
{
    private const int LongestWritten = 64;

    /// <summary>
    /// The one of <paramref name="names"/> with the fewest letters to change; the first of several. What is longer than any name
    /// of ours is compared by its beginning.
    /// </summary>
    public static string Find(string written, IReadOnlyCollection<string> names)
    {
        var beginning = written.Length > LongestWritten ? written[..LongestWritten] : written;
        return names.MinBy(name => EditDistance.Between(name, beginning))!;
    }
}
