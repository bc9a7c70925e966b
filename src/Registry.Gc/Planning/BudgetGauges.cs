using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>The metrics of the budget: read when somebody collects metrics.</summary>
public sealed class BudgetGauges(BudgetState state) : IHostedService, IDisposable
{
    public const string MeterName = "Registry.Gc";

    private Meter? meter;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        meter = new Meter(MeterName);
        meter.CreateObservableGauge("registry.budget.limit", () => Measure(figures => figures.Bytes), "By", "Bytes that the policy's budget allows");
        meter.CreateObservableGauge("registry.budget.over", () => Measure(figures => figures.StillOverBytes), "By", "Bytes over the budget's high mark that nothing may remove");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter?.Dispose();

    private IEnumerable<Measurement<long>> Measure(Func<BudgetFigures, long> figure)
    {
        try
        {
            return state.Read() is { } figures ? [new Measurement<long>(figure(figures))] : [];
        }
        catch (Exception e) when (IndexFailure.Is(e))
        {
            // Health says so; the other metrics are still of use.
            return [];
        }
    }
}
