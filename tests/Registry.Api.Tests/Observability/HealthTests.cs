using System.Net;
using System.Text.Json;
using Registry.Testing;

namespace Registry.Api.Tests.Observability;

public sealed class HealthTests
{
    [Fact]
    public async Task It_is_ready_while_index_and_blob_store_can_do_their_work_and_says_what_is_wrong_when_not()
    {
        await using var registry = await RegistryProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = registry.Url };
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await ReadyAsync(http, "blob store"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await ReadyAsync(http, "index"));

        // A folder where the check wants its file: also root cannot write that.
        var obstacle = Directory.CreateDirectory(Path.Combine(registry.DataDirectory, "write-check"));
        var (status, text) = await ReadyAsync(http, "blob store");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("cannot be written to", text, StringComparison.Ordinal);
        Assert.Equal("Degraded", await StatusAsync(http));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("health/live", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);

        obstacle.Delete();
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await ReadyAsync(http, "blob store"));

        File.Delete(Path.Combine(registry.DataDirectory, "index.db"));
        (status, text) = await ReadyAsync(http, "index");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("index.db' cannot be read", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_health_command_asks_a_running_registry()
    {
        await using var registry = await RegistryProcess.StartAsync();
        var program = Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll");
        Assert.Equal(0, (await Tool.TryRunAsync("dotnet", [program, "healthcheck", registry.Url.ToString()])).ExitCode);
        Assert.Equal(0, (await Tool.TryRunAsync("dotnet", [program, "healthcheck", registry.Authority])).ExitCode);
        await registry.KillAsync();
        var dead = await Tool.TryRunAsync("dotnet", [program, "healthcheck", registry.Url.ToString()]);
        Assert.Equal(1, dead.ExitCode);
        Assert.Contains("does not answer", dead.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_start_page_says_what_it_is_and_how_to_push()
    {
        await using var registry = await RegistryProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = registry.Url };
        var page = await http.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Contains($"docker push {registry.Authority}/<repository>:<tag>", page, StringComparison.Ordinal);
    }

    private static async Task<string?> StatusAsync(HttpClient http) =>
        JsonElement.Parse(await http.GetStringAsync(new Uri("health/ready", UriKind.Relative), TestContext.Current.CancellationToken)).GetProperty("status").GetString();

    private static async Task<(HttpStatusCode Status, string? Text)> ReadyAsync(HttpClient http, string check)
    {
        using var response = await http.GetAsync(new Uri("health/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        var body = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var entry = body.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == check);
        return (response.StatusCode, entry.GetProperty("description").GetString() ?? entry.GetProperty("status").GetString());
    }
}
