using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Observability;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_trace_leads_from_the_request_to_the_index_and_to_the_blob_store_and_metrics_and_logs_go_out_too()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using var registry = await RegistryProcess.StartAsync(arguments: collector.Arguments);
        using var client = new RegistryClient(registry.Url);
        var blob = Content.Random(100);
        await PushAndPullAsync(new TestRepository(client, "traced"), blob);

        await Wait.UntilAsync(() => collector.Spans.Any(span => span.Name == "blob store open"), "the span of the pull's blob store");
        await Wait.UntilAsync(() => ChildrenOf("GET", "blob store open").Any(), "the request's own span");
        Assert.Contains(collector.Spans, span => span.Name == "GET /v2/{name}/blobs/{digest}");
        Assert.Equal(["blob store open", "blob store read", "index find blob"], ChildrenOf("GET", "blob store open").Select(span => span.Name).Order());
        await Wait.UntilAsync(() => ChildrenOf("PUT", "blob store write").Any(), "the push's own span");
        Assert.Contains("index write", ChildrenOf("PUT", "blob store write").Select(span => span.Name));
        await Wait.UntilAsync(() => collector.Exports("metrics") > 0 && collector.Exports("logs") > 0, "metrics and logs");

        IEnumerable<ExportedSpan> ChildrenOf(string method, string child) =>
            from one in collector.Spans.Where(span => span.Name == child)
            from request in collector.Spans.Where(span => span.Id == one.ParentId && span.TraceId == one.TraceId && span.Name.StartsWith(method, StringComparison.Ordinal))
            from span in collector.Spans.Where(span => span.ParentId == request.Id)
            select span;
    }

    [Fact]
    public async Task Prometheus_finds_requests_by_route_and_what_index_and_blob_store_did()
    {
        await using var registry = await RegistryProcess.StartAsync();
        using var client = new RegistryClient(registry.Url);
        var blob = Content.Random(1000);
        await PushAndPullAsync(new TestRepository(client, "measured"), blob);

        var metrics = (await client.SendAsync("GET", "/metrics")).Expect(200).Text;
        Assert.Matches("""registry_blob_received_bytes_total(\{[^}]*\})? 1000\n""", metrics);
        Assert.Matches("""registry_blob_sent_bytes_total(\{[^}]*\})? 1000\n""", metrics);
        Assert.Matches("""registry_storage_bytes\{[^}]*kind="stored"[^}]*\} 1000\n""", metrics);
        Assert.Contains("registry_index_commit_duration_seconds_bucket", metrics, StringComparison.Ordinal);
        Assert.Matches("""http_server_request_duration_seconds_count\{[^}]*http_route="/v2/{name}/blobs/uploads/"[^}]*\} 1\n""", metrics);
        Assert.DoesNotContain("measured", metrics, StringComparison.Ordinal);
    }

    private static async Task PushAndPullAsync(TestRepository repository, Content blob)
    {
        var location = await repository.BeginAsync();
        (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes))).Expect(201);
        (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(200).ExpectBody(blob.Bytes);
    }
}
