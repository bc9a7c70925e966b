using Microsoft.Extensions.Diagnostics.HealthChecks;
using Registry.Storage.Blobs;

namespace Registry.Api.Observability;

/// <summary>Unhealthy: nothing can be pulled. Degraded: nothing can be pushed, for example since the disk is full; pulls go on.</summary>
internal sealed class BlobStoreCheck(IBlobStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await store.CheckAsync(cancellationToken) is { } problem
                ? HealthCheckResult.Degraded($"{problem} Pulls still work, pushes do not.")
                : HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy($"The blob store cannot be reached: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy($"The blob store has not answered within {context.Registration.Timeout.TotalSeconds} s.");
        }
    }
}
