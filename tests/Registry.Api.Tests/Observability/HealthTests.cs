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
        Assert.Contains($"'{registry.DataDirectory}' cannot be written to", text, StringComparison.Ordinal);
        Assert.Equal("Degraded", await StatusAsync(http));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("health/live", UriKind.Relative), TestContext.Current.CancellationToken)).StatusCode);

        obstacle.Delete();
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await ReadyAsync(http, "blob store"));
    }

    [Fact]
    public async Task It_is_not_ready_without_its_blobs()
    {
        await using var registry = await RegistryProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = registry.Url };
        var blobs = Path.Combine(registry.DataDirectory, "blobs");
        Directory.Move(blobs, blobs + "-elsewhere");
        var (status, text) = await ReadyAsync(http, "blob store");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("cannot be reached", text, StringComparison.Ordinal);

        Directory.Move(blobs + "-elsewhere", blobs);
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await ReadyAsync(http, "blob store"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_is_not_ready_when_its_index_was_removed_or_replaced(bool replaced)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps open files.");
        await using var registry = await RegistryProcess.StartAsync();
        using var http = new HttpClient { BaseAddress = registry.Url };
        var index = Path.Combine(registry.DataDirectory, "index.db");
        File.Move(index, index + "-elsewhere");
        if (replaced)
        {
            File.Copy(index + "-elsewhere", index);
        }

        var (status, text) = await ReadyAsync(http, "index");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains($"'{index}' was removed or replaced", text, StringComparison.Ordinal);
        Assert.Contains("restart", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("ftp://localhost")]
    public async Task The_health_command_refuses_what_is_no_address(string address)
    {
        var result = await Tool.TryRunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), "healthcheck", address]);
        Assert.Equal((1, $"'{address}' is not a URL, for example http://localhost:5000.\n"), (result.ExitCode, result.Error));
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
