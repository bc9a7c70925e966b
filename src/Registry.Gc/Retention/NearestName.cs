namespace Registry.Gc.Retention;

internal static class NearestName
{
    /// <summary>The one of <paramref name="names"/> with the fewest letters to change; the first of several.</summary>
    public static string Find(string written, IReadOnlyCollection<string> names) => names.MinBy(name => Distance(name, written))!;

    /// <summary>Levenshtein's distance, ignoring case. What is longer than any name of ours is compared by its beginning.</summary>
    private static int Distance(string a, string b)
    {
        b = b.Length > 64 ? b[..64] : b;
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            previous = current;
        }

        return previous[^1];
    }
}
