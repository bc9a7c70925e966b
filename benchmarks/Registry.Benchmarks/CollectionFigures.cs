using Registry.Benchmarks.Load;
using Registry.Benchmarks.Measuring;
using Registry.Benchmarks.Report;
using Registry.Benchmarks.Seeding;

namespace Registry.Benchmarks;

/// <summary>Milliseconds.</summary>
internal sealed record Latency(int Count, double Median, double P99)
{
    public static Latency Of(Latencies latencies) => new(latencies.Count, latencies.Percentile(0.5), latencies.Percentile(0.99));

    public string Show() => $"{Wording.Milliseconds(Median)} / {Wording.Milliseconds(P99)}";
}

internal sealed record CollectionFigures(
    SeedPlan Seed,
    Objects Objects,
    long DatabaseBytes,
    IReadOnlyDictionary<string, double> Steps,
    RunStatus Removed,
    long ExpectedBytes,
    Leftovers Left,
    long? PeakBytes,
    Latency PushWithout,
    Latency PushDuring,
    Latency PullWithout,
    Latency PullDuring,
    Transactions Transactions,
    int Lost) : IFigures
{
    private const string ObjectStep = "objects";

    private static readonly string[] Shown = ["retention", "manifests", "links"];

    public bool IsRight => Lost == 0 && Removed.FreedBytes == ExpectedBytes && Left == new Leftovers(Seed.LiveImages, Seed.LiveImages, Seed.LiveImages * SeedPlan.BlobsPerImage, 0);

    public string Heading => Wording.Count(Seed.Images);

    private double IndexSeconds => Steps.Where(step => step.Key != ObjectStep).Sum(step => step.Value);

    public IEnumerable<(string Name, string Value)> Rows()
    {
        yield return ("blobs, of which garbage", $"{Wording.Count(Seed.Images * SeedPlan.BlobsPerImage)}, {Wording.Count(Seed.GarbageImages * SeedPlan.BlobsPerImage)}");
        yield return ("index before the collection", Wording.Mebibytes(DatabaseBytes));
        yield return ("plan and removal of the tags", Wording.Seconds(Steps.GetValueOrDefault(Shown[0])));
        yield return ("manifests", Wording.Seconds(Steps.GetValueOrDefault(Shown[1])));
        yield return ("links, and condemning", Wording.Seconds(Steps.GetValueOrDefault(Shown[2])));
        yield return ("other steps of the index", Wording.Seconds(IndexSeconds - Shown.Sum(step => Steps.GetValueOrDefault(step))));
        yield return ("**index, all**", Wording.Seconds(IndexSeconds));
        yield return ("objects", Wording.Seconds(Steps.GetValueOrDefault(ObjectStep)) + (Objects == Objects.Stored ? "" : " (no files)"));
        yield return ("memory of the process at its peak", Wording.Mebibytes(PeakBytes));
        yield return ("push without a run, p50 / p99", PushWithout.Show());
        yield return ("push during a run, p50 / p99", PushDuring.Show());
        yield return ("pull without a run, p50 / p99", PullWithout.Show());
        yield return ("pull during a run, p50 / p99", PullDuring.Show());
        yield return ("p99 during / without, push and pull", $"{Wording.Ratio(PushDuring.P99 / PushWithout.P99)} and {Wording.Ratio(PullDuring.P99 / PullWithout.P99)}");
        yield return ("pushes and pulls during runs", $"{Wording.Count(PushDuring.Count)} and {Wording.Count(PullDuring.Count)}");
        yield return ("transactions of the index meanwhile, over 50 ms", $"{Wording.Count(Transactions.All)}, {Wording.Count(Transactions.Long)}");
        yield return ("bytes freed, expected", $"{Wording.Count(Removed.FreedBytes)}, {Wording.Count(ExpectedBytes)}");
        yield return ("live content lost, dead content left", $"{Wording.Count(Lost)}, {Wording.Count(Math.Max(0, Left.Manifests - Seed.LiveImages) + Math.Max(0, Left.Blobs - (Seed.LiveImages * SeedPlan.BlobsPerImage)) + Left.UnnamedFiles)}");
    }
}
