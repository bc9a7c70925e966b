using System.Globalization;

namespace Registry.Storage.Index;

/// <summary>
/// Sets of ids as one parameter of a statement: SQLite's <c>json_each</c> makes them rows. For removals of many rows at once,
/// where a statement a row costs ten times as much.
/// </summary>
internal static class SqlSet
{
    /// <summary>For <c>IN (SELECT value FROM json_each(…))</c>.</summary>
    public static string Of(IEnumerable<long> ids) => $"[{string.Join(',', ids.Select(Text))}]";

    /// <summary>For <c>(a, b) IN (SELECT value ->> 0, value ->> 1 FROM json_each(…))</c>.</summary>
    public static string Of(IEnumerable<(long First, long Second)> pairs) => $"[{string.Join(',', pairs.Select(pair => $"[{Text(pair.First)},{Text(pair.Second)}]"))}]";

    /// <summary>Triples of which the second may be null.</summary>
    public static string Of(IEnumerable<(long First, long? Second, long Third)> triples) =>
        $"[{string.Join(',', triples.Select(triple => $"[{Text(triple.First)},{(triple.Second is { } second ? Text(second) : "null")},{Text(triple.Third)}]"))}]";

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
