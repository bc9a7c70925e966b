using System.Globalization;

namespace Registry.Benchmarks.Measuring;

/// <summary>Transactions of the index by how long they held its one writer, commit included: what the registry says of itself at <c>/metrics</c>.</summary>
/// <param name="Long">Over 50 ms.</param>
internal sealed record Transactions(long All, long Long)
{
    private const string Bucket = "registry_index_transaction_duration_seconds_bucket{";

    public static async Task<Transactions> ReadAsync(Uri registry, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = registry };
        var lines = (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken)).Split('\n').Where(line => line.StartsWith(Bucket, StringComparison.Ordinal)).ToList();
        var all = Count(lines, "+Inf");
        return new Transactions(all, all - Count(lines, "0.05"));
    }

    public Transactions Since(Transactions before) => new(All - before.All, Long - before.Long);

    private static long Count(List<string> lines, string upTo) =>
        lines.Where(line => line.Contains($"le=\"{upTo}\"", StringComparison.Ordinal)).Sum(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
}
