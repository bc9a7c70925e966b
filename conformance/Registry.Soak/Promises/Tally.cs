using System.Collections.Concurrent;

namespace Registry.Soak.Promises;

/// <summary>Counts by kind.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    public int Total => counts.Values.Sum();

    public IEnumerable<KeyValuePair<string, int>> Counts => counts.OrderByDescending(count => count.Value);

    public int Of(string kind) => counts.GetValueOrDefault(kind);

    public void Add(string kind) => counts.AddOrUpdate(kind, 1, (_, count) => count + 1);

    public override string ToString() => Total == 0 ? "0" : $"{Total} ({string.Join(", ", Counts.Select(count => $"{count.Key} {count.Value}"))})";
}
