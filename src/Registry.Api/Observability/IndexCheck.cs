using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Registry.Storage.Index;

namespace Registry.Api.Observability;

/// <summary>
/// Unhealthy: the index cannot be read, or is not the one that the registry started with. Degraded: the last change could not be
/// written, so that nothing can be pushed; the next one that can be ends it.
/// </summary>
internal sealed class IndexCheck(IDbContextFactory<IndexContext> contexts, IndexWriter writer, IndexFile file) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (file.HasMoved())
        {
            return HealthCheckResult.Unhealthy($"'{file.Path}' was removed or replaced while the registry runs: what is pushed now will be lost. Put the right one there and restart the registry.");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await IndexDatabase.FindProblemAsync(db, cancellationToken) is { } problem ? HealthCheckResult.Unhealthy(problem)
            : writer.Problem is { } unwritten ? HealthCheckResult.Degraded($"The index cannot be written: {unwritten} Pulls still work, pushes do not.")
            : HealthCheckResult.Healthy();
    }
}
