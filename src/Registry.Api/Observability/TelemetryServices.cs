using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Registry.Gc.Planning;
using Registry.Storage.Telemetry;

namespace Registry.Api.Observability;

/// <summary>
/// Traces, metrics and logs. Prometheus reads <c>/metrics</c>; OTLP is on where OpenTelemetry's own variables name an
/// endpoint (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).
/// </summary>
internal static class TelemetryServices
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var export = builder.Configuration.AsEnumerable().Any(pair => pair.Key.StartsWith("OTEL_EXPORTER_OTLP", StringComparison.Ordinal) && !string.IsNullOrEmpty(pair.Value));
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("registry"))
            .WithMetrics(metrics =>
            {
                metrics.AddAspNetCoreInstrumentation().AddRuntimeInstrumentation().AddMeter(StorageTelemetry.Name, BudgetGauges.MeterName).AddPrometheusExporter();
                if (export)
                {
                    metrics.AddOtlpExporter();
                }
            });
        if (!export)
        {
            return;
        }

        telemetry.WithTracing(tracing => tracing.AddAspNetCoreInstrumentation().AddSource(StorageTelemetry.Name).AddOtlpExporter());
        telemetry.WithLogging(logging => logging.AddOtlpExporter());
    }
}
