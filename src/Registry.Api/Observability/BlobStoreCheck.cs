using Microsoft.Extensions.Diagnostics.HealthChecks;
using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Api.Observability;

/// <summary>Unhealthy: nothing can be pulled. Degraded: nothing can be pushed, for example since the disk is full; pulls go on.</summary>
internal sealed class BlobStoreCheck(IBlobStore store, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            // A key that nothing is stored under: a store that works says so, one that cannot be reached throws.
            await using var none = await store.OpenReadAsync(StorageKey.New(time), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return HealthCheckResult.Unhealthy($"The blob store cannot be reached: {e.Message}");
        }

        return await store.CheckAsync(cancellationToken) is { } problem
            ? HealthCheckResult.Degraded($"{problem} Pulls still work, pushes do not.")
            : HealthCheckResult.Healthy();
    }
}
