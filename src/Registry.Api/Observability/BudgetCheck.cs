using Microsoft.Extensions.Diagnostics.HealthChecks;
using Registry.Gc.Planning;

namespace Registry.Api.Observability;

/// <summary>Degraded: the registry is over its budget, and nothing that may go would bring it back; or it takes no uploads for that.</summary>
internal sealed class BudgetCheck(BudgetState state) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(state.Read()?.Problem is { } problem ? HealthCheckResult.Degraded(problem) : HealthCheckResult.Healthy());
}
