using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Registry.Api.Tests.Observability;

/// <summary>Takes what the registry exports by OTLP over HTTP and keeps it.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ExportedSpan> spans = new();
    private readonly ConcurrentDictionary<string, int> exports = new();

    private OtlpCollector(WebApplication app) => this.app = app;

    public IReadOnlyCollection<ExportedSpan> Spans => spans;

    /// <summary>What the registry needs on its command line to export here, soon.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        $"--OTEL_EXPORTER_OTLP_ENDPOINT={app.Urls.Single()}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        "--OTEL_BSP_SCHEDULE_DELAY=50", "--OTEL_BLRP_SCHEDULE_DELAY=50", "--OTEL_METRIC_EXPORT_INTERVAL=50",
    ];

    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.MapPost("/v1/{signal}", collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    /// <summary>How many exports of <c>traces</c>, <c>metrics</c> or <c>logs</c> have come.</summary>
    public int Exports(string signal) => exports.GetValueOrDefault(signal);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TakeAsync(HttpContext context, string signal)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        if (signal == "traces")
        {
            foreach (var span in ExportedSpan.ReadAll(body.ToArray()))
            {
                spans.Enqueue(span);
            }
        }

        exports.AddOrUpdate(signal, 1, (_, count) => count + 1);
    }
}
