using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Registry.Api.Owning;

namespace Registry.Api.Observability;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can serve pulls (200), with Degraded and the reason if
/// it can serve nothing else; 503 if it cannot.
/// </summary>
internal static class Health
{
    public const string LivePath = "/health/live";
    public const string ReadyPath = "/health/ready";

    /// <summary>Whoever asks has a limit of his own, and wants to hear what is wrong.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(3);

    // For people who read it: no \u0027 around a path.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<IndexFile>();
        services.AddHealthChecks().AddCheck<OwnershipCheck>(OwnershipCheck.Name).AddCheck<IndexCheck>("index").AddCheck<BlobStoreCheck>("blob store", failureStatus: null, tags: null!, LongestCheck).AddCheck<BudgetCheck>("budget");
    }

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var owned = app.ServiceProvider.GetRequiredService<OwnedServices>();
        app.MapHealthChecks(LivePath, new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks(ReadyPath, new HealthCheckOptions
        {
            // Before it is the owner's, the index may not be there at all, or be replaced.
            Predicate = check => owned.AreStarted || check.Name == OwnershipCheck.Name,
            ResponseWriter = WriteAsync,
        });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsJsonAsync(
            new { status = report.Status.ToString(), checks = report.Entries.Select(e => new { name = e.Key, status = e.Value.Status.ToString(), description = e.Value.Description }) },
            Json,
            context.RequestAborted);
    }
}
