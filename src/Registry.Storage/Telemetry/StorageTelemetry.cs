using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Registry.Storage.Telemetry;

/// <summary>The names under which OpenTelemetry finds what the index and the blob store do.</summary>
public static class StorageTelemetry
{
    public const string Name = "Registry.Storage";

    internal static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> Commits = Meter.CreateHistogram<double>("registry.index.commit.duration", "s", "Time to commit and sync one transaction of the index", advice: new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] });

    internal static readonly Histogram<double> Transactions = Meter.CreateHistogram<double>("registry.index.transaction.duration", "s", "Time that one transaction holds the writer of the index, its commit included", advice: new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] });

    internal static readonly Histogram<int> ChangesPerCommit = Meter.CreateHistogram<int>("registry.index.commit.changes", "{change}", "Changes that shared one commit", advice: new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64] });

    internal static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>("registry.blob.received", "By", "Bytes of blobs written to the blob store");

    internal static readonly Counter<long> BytesSent = Meter.CreateCounter<long>("registry.blob.sent", "By", "Bytes of blobs read from the blob store");

    /// <summary>A meter of its own for who owns the bucket.</summary>
    /// <param name="isOwner">Whether this process may answer.</param>
    /// <param name="number">The number of the journal's last object in the index.</param>
    internal static Meter ObserveOwnership(Func<bool> isOwner, Func<long> number)
    {
        var meter = new Meter(Name);
        meter.CreateObservableGauge("registry.owner", () => isOwner() ? 1 : 0, description: "1 while this process owns the bucket and may answer");
        meter.CreateObservableCounter("registry.journal.number", number, description: "Number of the journal's last object that is in the index");
        return meter;
    }

    /// <summary>A meter of its own for what is read when it is asked for: it goes with the services that know it.</summary>
    /// <param name="read">Bytes by kind; called for every collection of metrics.</param>
    internal static Meter ObserveStorage(Func<IEnumerable<(string Kind, long Bytes)>> read)
    {
        var meter = new Meter(Name);
        meter.CreateObservableGauge(
            "registry.storage", () => read().Select(pair => new Measurement<long>(pair.Bytes, new KeyValuePair<string, object?>("kind", pair.Kind))), "By", "Bytes of stored objects");
        return meter;
    }
}
