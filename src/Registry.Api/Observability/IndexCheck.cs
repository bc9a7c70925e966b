using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Registry.Storage.Index;

namespace Registry.Api.Observability;

/// <summary>Unhealthy: the index cannot be read, or is not the one that the registry started with.</summary>
internal sealed class IndexCheck(IDbContextFactory<IndexContext> contexts, IndexFile file) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (file.HasMoved())
        {
            return HealthCheckResult.Unhealthy($"'{file.Path}' was removed or replaced while the registry runs: what is pushed now will be lost. Put the right one there and restart the registry.");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await IndexDatabase.FindProblemAsync(db, cancellationToken) is { } problem ? HealthCheckResult.Unhealthy(problem) : HealthCheckResult.Healthy();
    }
}
