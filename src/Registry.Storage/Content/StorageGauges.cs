using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Registry.Storage.Index;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Content;

/// <summary>The metric of what is stored: read from the index's running totals when somebody collects metrics.</summary>
internal sealed class StorageGauges(StorageFigures figures) : IHostedService
{
    private Meter? meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter = StorageTelemetry.ObserveStorage(Read);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        meter?.Dispose();
        return Task.CompletedTask;
    }

    private (string Kind, long Bytes)[] Read()
    {
        try
        {
            var bytes = figures.Read();
            return [("stored", bytes.Stored), ("named", bytes.Named), ("condemned", bytes.Condemned), ("uploads", bytes.Uploads)];
        }
        catch (Exception e) when (IndexFailure.Is(e))
        {
            // Health says so; the other metrics are still of use.
            return [];
        }
    }
}
