using System.Data.Common;
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

        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            _ = await db.Repositories.OrderBy(r => r.Id).FirstOrDefaultAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (DbException e)
        {
            return HealthCheckResult.Unhealthy($"'{file.Path}' cannot be read: {e.Message}");
        }
    }
}
