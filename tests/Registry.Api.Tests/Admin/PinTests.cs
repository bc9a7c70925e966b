using System.Text;
using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Admin;

public sealed class PinTests(CollectingRegistry registry) : IClassFixture<CollectingRegistry>
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task A_report_replaces_the_one_before_and_a_host_can_be_forgotten()
    {
        var (one, two) = (Content.Random().Digest, Content.Random().Digest);
        Assert.Equal(2, (await ReportAsync("web-1", $"team/app@{one}", two)).Expect(200).Json.GetProperty("pinned").GetInt32());
        Assert.Equal(new[] { one, two }.Order(StringComparer.Ordinal), await PinsOfAsync("web-1"));
        (await ReportAsync("web-1", two)).Expect(200);
        Assert.Equal([two], await PinsOfAsync("web-1"));
        (await registry.Client.SendAsync("DELETE", "/api/v1/pins/web-1")).Expect(204);
        (await registry.Client.SendAsync("DELETE", "/api/v1/pins/web-1")).Expect(404);
        Assert.Empty(await PinsOfAsync("web-1"));
    }

    [Fact]
    public async Task A_pinned_manifest_outlives_its_promise_and_its_neighbour_does_not()
    {
        var image = await repository.PushManifestAsync("first", await repository.NewImageAsync());
        var other = await repository.PushManifestAsync("second", await repository.NewImageAsync());
        (await ReportAsync("web-2", image.Digest)).Expect(200);
        (await repository.DeleteAsync("manifests/first")).Expect(202);
        (await repository.DeleteAsync("manifests/second")).Expect(202);
        await Testing.Wait.UntilAsync(
            async () =>
            {
                Assert.Equal(0, (await registry.RunCommandAsync("gc", "run", "--wait")).ExitCode);
                var receipts = (await registry.Client.SendAsync("GET", "/api/v1/receipts?n=1000")).Expect(200).Json.EnumerateArray();
                return receipts.Any(receipt => receipt.GetProperty("kind").GetString() == "manifest" && receipt.GetProperty("name").GetString() == other.Digest);
            },
            "the manifest without a pin to be removed");
        (await repository.GetAsync($"manifests/{other.Digest}")).Expect(404);
        (await repository.GetAsync($"manifests/{image.Digest}")).Expect(200).ExpectBody(image.Bytes);
    }

    [Fact]
    public async Task The_list_of_hosts_says_how_much_each_has_pinned()
    {
        (await ReportAsync("web-4", Content.Random().Digest, Content.Random().Digest)).Expect(200);
        var hosts = (await registry.Client.SendAsync("GET", "/api/v1/pins?after=web-3&n=1000")).Expect(200).Json.EnumerateArray();
        Assert.Equal(2, hosts.Single(host => host.GetProperty("host").GetString() == "web-4").GetProperty("pinned").GetInt32());
    }

    [Fact]
    public async Task A_report_that_is_too_large_is_refused_before_it_is_read()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var raw = await RawConnection.OpenAsync(registry.Process.Url, cancelled);
        await raw.SendAsync("PUT /api/v1/pins/web-5 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n", cancelled);
        Assert.StartsWith("HTTP/1.1 413 ", await raw.ReadStatusLineAsync(cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"digests\":[\"latest\"]}", "latest")]
    [InlineData("{\"digests\":[null]}", "no sha256")]
    [InlineData("{}", "digests")]
    [InlineData("{\"digests\":", "Bad Request")]
    [InlineData("[]", "Bad Request")]
    public async Task A_report_that_is_none_is_refused_with_the_reason(string json, string reason)
    {
        var refused = await registry.Client.SendAsync("PUT", "/api/v1/pins/web-3", RegistryClient.Bytes(Encoding.UTF8.GetBytes(json), "application/json"));
        Assert.Contains(reason, refused.Expect(400).ExpectHeader("Content-Type", "application/problem+json").Text, StringComparison.Ordinal);
        Assert.Empty(await PinsOfAsync("web-3"));
    }

    private Task<Answer> ReportAsync(string host, params string[] digests) => registry.Client.SendAsync(
        "PUT", $"/api/v1/pins/{host}", RegistryClient.Bytes(Encoding.UTF8.GetBytes($$"""{"digests":[{{string.Join(',', digests.Select(d => $"\"{d}\""))}}]}"""), "application/json"));

    private async Task<IEnumerable<string?>> PinsOfAsync(string host)
    {
        var pins = await registry.Client.SendAsync("GET", $"/api/v1/pins/{host}");
        return pins.Status == 404 ? [] : pins.Expect(200).Strings("digests");
    }
}
