namespace Registry.Storage.Content;

/// <summary>An entry of a sorted listing; the next page begins behind it. Entries with the same key go by name.</summary>
public sealed record Position(long Key, string Name);

/// <summary>Some of a listing in the order asked for.</summary>
/// <param name="Next">What to go on after; null at the end.</param>
/// <param name="Total">How many there are on all pages.</param>
public sealed record SortedPage<T>(IReadOnlyList<T> Items, Position? Next, long Total);

public enum SortDirection
{
    Ascending,
    Descending,
}

/// <summary>An entry by what it is sorted by. Details are read of those on the page only.</summary>
public sealed record SortedEntry(long Id, string Name, long Key)
{
    /// <summary>The page behind <paramref name="after"/> (null: the first) of entries in any order.</summary>
    public static SortedPage<SortedEntry> PageOf(IReadOnlyCollection<SortedEntry> entries, SortDirection direction, Position? after, int count)
    {
        var sign = direction == SortDirection.Ascending ? 1 : -1;
        var rest = after is null ? entries : entries.Where(entry => sign * Compare(entry, after) > 0);
        var ordered = direction == SortDirection.Ascending
            ? rest.OrderBy(entry => entry.Key).ThenBy(entry => entry.Name, StringComparer.Ordinal)
            : rest.OrderByDescending(entry => entry.Key).ThenByDescending(entry => entry.Name, StringComparer.Ordinal);
        return Cut(ordered.Take(count + 1).ToList(), count, entries.Count);
    }

    /// <param name="found">In order, with one more than the page has if there is one.</param>
    internal static SortedPage<SortedEntry> Cut(List<SortedEntry> found, int count, long total) =>
        found.Count > count
            ? new SortedPage<SortedEntry>(found[..count], new Position(found[count - 1].Key, found[count - 1].Name), total)
            : new SortedPage<SortedEntry>(found, null, total);

    private static int Compare(SortedEntry entry, Position after) =>
        entry.Key != after.Key ? entry.Key.CompareTo(after.Key) : string.CompareOrdinal(entry.Name, after.Name);
}
