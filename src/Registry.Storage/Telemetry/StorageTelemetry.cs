using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Registry.Storage.Telemetry;

/// <summary>The names under which OpenTelemetry finds what the index and the blob store do.</summary>
public static class StorageTelemetry
{
    public const string Name = "Registry.Storage";

    internal static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> Commits = Meter.CreateHistogram<double>("registry.index.commit.duration", "s", "Time to commit and sync one transaction of the index");

    internal static readonly Histogram<int> ChangesPerCommit = Meter.CreateHistogram<int>("registry.index.commit.changes", "{change}", "Changes that shared one commit");

    internal static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>("registry.blob.received", "By", "Bytes of blobs written to the blob store");

    internal static readonly Counter<long> BytesSent = Meter.CreateCounter<long>("registry.blob.sent", "By", "Bytes of blobs read from the blob store");
}
