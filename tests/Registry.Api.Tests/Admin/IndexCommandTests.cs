using System.Text.Json;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Admin;

/// <summary>What the commands say where there is no bucket.</summary>
public sealed class IndexCommandTests(RegistryFixture registry)
{
    [Fact]
    public async Task The_status_of_an_index_on_a_file_system_is_that_it_owns_its_data_directory()
    {
        var table = await RunAsync("index", "status", "--server", registry.Process.Url.ToString());
        Assert.Equal(0, table.ExitCode);
        Assert.Contains("owner of its data directory", table.Output, StringComparison.Ordinal);
        var json = JsonElement.Parse((await RunAsync("index", "status", "--json", "--server", registry.Process.Url.ToString())).Output);
        Assert.Equal(("owner", true, JsonValueKind.Null), (json.GetProperty("role").GetString(), json.GetProperty("answers").GetBoolean(), json.GetProperty("number").ValueKind));
    }

    [Fact]
    public async Task A_snapshot_needs_a_bucket()
    {
        var refused = await RunAsync("index", "snapshot", "--server", registry.Process.Url.ToString());
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("there is no bucket to write a snapshot to", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, "there is no bucket to restore it from", "index", "verify")]
    [InlineData(3, "there is no bucket to restore it from", "index", "restore", "--to", "nowhere")]
    [InlineData(2, "Registry:Nonsense is not a setting", "index", "verify", "--Registry:Nonsense=1")]
    [InlineData(2, "'--too' is no option", "index", "verify", "--too")]
    [InlineData(2, "--to", "index", "restore")]
    public async Task A_restore_that_cannot_be_says_why(int exitCode, string reason, params string[] arguments)
    {
        var refused = await RunAsync(arguments);
        Assert.Equal(exitCode, refused.ExitCode);
        Assert.Contains(reason, refused.Error + refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output + refused.Error, StringComparison.Ordinal);
    }

    private static Task<ToolResult> RunAsync(params string[] arguments) => Tool.TryRunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), .. arguments]);
}
