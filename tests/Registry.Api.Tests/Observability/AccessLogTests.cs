using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Registry.Api.Observability;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Observability;

public sealed class AccessLogTests
{
    [Fact]
    public async Task Every_request_is_one_line_with_its_own_path_and_nothing_can_add_another()
    {
        await using var registry = await RegistryProcess.StartAsync(arguments: ["--Logging:Console:FormatterName=json"]);
        using var client = new RegistryClient(registry.Url);
        var blob = Content.Random(321);
        var repository = new TestRepository(client, "team/logged");
        var location = await repository.BeginAsync();
        await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes));
        await repository.GetAsync($"blobs/{blob.Digest}?token=secret");
        await client.SendAsync("GET", "/v2/a%0Ainfo:%20forged/manifests/x", null, ("User-Agent", "agent\tof\u007fdoubt"));

        await Wait.UntilAsync(() => Lines(registry).Count == 4, "one line for each of the four requests");
        var lines = Lines(registry);
        Assert.Equal(
            [("POST", 202), ("PUT", 201), ("GET", 200), ("GET", 400)],
            lines.Select(line => (line.GetProperty("Method").GetString(), line.GetProperty("Status").GetInt32())));
        Assert.Equal($"/v2/team/logged/blobs/{blob.Digest}", lines[2].GetProperty("Path").GetString());
        Assert.Equal(321, lines[2].GetProperty("Bytes").GetInt64());
        Assert.Equal("/v2/a%0Ainfo:%20forged/manifests/x", lines[3].GetProperty("Path").GetString());
        Assert.Equal("agent?of?doubt", lines[3].GetProperty("UserAgent").GetString());
        Assert.Equal(4, lines.Select(line => line.GetProperty("TraceId").GetString()).Distinct().Count());
        Assert.DoesNotContain("secret", registry.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 500)]
    [InlineData(413, 413)]
    public async Task A_request_whose_endpoint_throws_is_one_line_too_with_the_status_that_goes_out(int? thrown, int logged)
    {
        var log = new RecordingLogger<AccessLogMiddleware>();
        Exception exception = thrown is { } status ? new BadHttpRequestException("x", status) : new InvalidOperationException("x");
        var middleware = new AccessLogMiddleware(_ => Task.FromException(exception), log);
        Assert.Same(exception, await Record.ExceptionAsync(() => middleware.InvokeAsync(new DefaultHttpContext())));
        Assert.Equal(logged, Assert.Single(log.States)["Status"]);
    }

    private static List<JsonElement> Lines(RegistryProcess registry) =>
    [
        .. registry.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonElement.Parse(line))
            .Where(line => line.GetProperty("Category").GetString()!.EndsWith("AccessLogMiddleware", StringComparison.Ordinal))
            .Select(line => line.GetProperty("State")),
    ];
}
