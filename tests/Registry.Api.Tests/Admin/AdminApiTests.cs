using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Admin;

public sealed class AdminApiTests(RegistryFixture registry)
{
    [Fact]
    public async Task The_description_names_every_route()
    {
        var paths = (await registry.Client.SendAsync("GET", "/openapi/v1.json")).Expect(200).Json.GetProperty("paths");
        Assert.All(
            ["/api/v1/repositories", "/api/v1/tags", "/api/v1/tags/history", "/api/v1/tags/restorable", "/api/v1/tags/restore", "/api/v1/storage", "/api/v1/runs", "/api/v1/runs/{id}", "/api/v1/receipts", "/api/v1/pins", "/api/v1/pins/{host}",
                "/api/v1/policy", "/api/v1/policy/check", "/api/v1/policy/versions", "/api/v1/policy/versions/{version}", "/api/v1/plans", "/api/v1/plans/{id}", "/api/v1/plans/{id}/tags",
                "/api/v1/plans/{id}/manifests", "/api/v1/plans/{id}/apply", "/api/v1/explain", "/api/v1/backtest"],
            path => Assert.True(paths.TryGetProperty(path, out _), path));
        Assert.DoesNotContain("_oci", paths.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("GET", "/api/v1/runs/99999", 404)]
    [InlineData("GET", "/api/v1/runs/first", 404)]
    [InlineData("GET", "/api/v1/runs?n=many", 400)]
    [InlineData("PATCH", "/api/v1/runs", 405)]
    [InlineData("GET", "/nothing", 404)]
    public async Task A_refusal_is_a_problem_in_words(string method, string address, int status) =>
        Assert.Equal(status, (await registry.Client.SendAsync(method, address)).Expect(status).ExpectHeader("Content-Type", "application/problem+json").Json.GetProperty("status").GetInt32());
}
