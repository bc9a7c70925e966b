namespace Registry.Api.Configuration;

/// <summary>Which setting was meant by a key that is none.</summary>
internal static class Nearest
{
    /// <summary>The last part counts twice: who leaves the middle out still knows the name.</summary>
    public static Setting To(string key) => Setting.All.MinBy(s => Distance(s.Key, key) + Distance(LastPart(s.Key), LastPart(key)))!;

    private static string LastPart(string key) => key[(key.LastIndexOf(':') + 1)..];

    /// <summary>Levenshtein's distance, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
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
