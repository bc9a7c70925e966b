using Microsoft.Extensions.Diagnostics.HealthChecks;
using Registry.Api.Owning;
using Registry.Storage.Journal;

namespace Registry.Api.Observability;

/// <summary>Unhealthy: another process owns the bucket, or this one is not so far yet; the description says which.</summary>
internal sealed class OwnershipCheck(IOwnership ownership, OwnedServices owned) : IHealthCheck
{
    public const string Name = "owner";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var state = ownership.State;
        var problem = state.Problem is { } reason ? $" ({reason})" : "";
        return Task.FromResult(
            state.Phase != OwnershipPhase.Owner ? HealthCheckResult.Unhealthy(state.Description + problem)
            : !ownership.IsHeld ? HealthCheckResult.Unhealthy($"The bucket has not confirmed for a while that it is ours{problem}; nothing is answered until it does.")
            : !owned.AreStarted ? HealthCheckResult.Unhealthy("The bucket is ours; the registry is just starting.")
            : HealthCheckResult.Healthy(state.Description));
    }
}
