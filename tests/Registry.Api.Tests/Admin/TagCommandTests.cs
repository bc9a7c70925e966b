using System.Text.Json;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Admin;

public sealed class TagCommandTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task Tags_are_listed_looked_up_and_restored_from_the_command_line()
    {
        var (first, second) = (await repository.PushImageAsync("v1"), await repository.PushImageAsync("v1"));
        await repository.PushImageAsync("v2");

        var list = await RunAsync("tag", "list", repository.Name, "--match", "v1", "--sort", "exclusive", "--desc");
        Assert.Contains(second.Digest[..19], list, StringComparison.Ordinal);
        Assert.Contains("1 of 1.", list, StringComparison.Ordinal);
        var json = JsonElement.Parse(await RunAsync("tag", "list", repository.Name, "--count", "1", "--json"));
        Assert.Equal((2, 1), (json.GetProperty("total").GetInt32(), json.GetProperty("tags").GetArrayLength()));

        Assert.Contains(first.Digest, await RunAsync("tag", "restorable", repository.Name), StringComparison.Ordinal);
        Assert.Contains($"before it was {second.Digest}", await RunAsync("tag", "restore", $"{repository.Name}:v1", "--digest", first.Digest), StringComparison.Ordinal);
        (await repository.GetAsync("manifests/v1")).Expect(200).ExpectBody(first.Bytes);
        Assert.Equal(3, JsonElement.Parse(await RunAsync("tag", "history", $"{repository.Name}:v1", "--json")).GetArrayLength());
        Assert.Contains("moved", await RunAsync("tag", "history", $"{repository.Name}:v1"), StringComparison.Ordinal);
        Assert.Contains(repository.Name, await RunAsync("repositories", "--sort", "pushed", "--desc", "--count", "1000"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'Team' is not the name of a repository", "tag", "list", "Team")]
    [InlineData("'team/app' is not a repository and a tag", "tag", "history", "team/app")]
    [InlineData("either --digest or --at", "tag", "restore", "team/app:v1")]
    [InlineData("either --digest or --at", "tag", "restore", "team/app:v1", "--at", "2026-01-01", "--digest", "sha256:0")]
    [InlineData("answered 404: There is no repository no/such", "tag", "list", "no/such")]
    [InlineData("answered 400: 'colour' is nothing to sort by", "repositories", "--sort", "colour")]
    public async Task A_mistake_is_answered_with_what_to_write(string reason, params string[] arguments)
    {
        var refused = await TryRunAsync(arguments);
        Assert.Equal(reason.StartsWith("answered", StringComparison.Ordinal) ? 3 : 2, refused.ExitCode);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output + refused.Error, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var ended = await TryRunAsync(arguments);
        Assert.True(ended.ExitCode == 0, $"{ended.ExitCode}: {ended.Error}");
        return ended.Output;
    }

    private Task<ToolResult> TryRunAsync(params string[] arguments) =>
        Tool.TryRunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), .. arguments, "--server", registry.Process.Url.ToString()]);
}
