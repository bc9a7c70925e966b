using System.Text.Json;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Admin;

/// <summary><c>registry retention …</c> as an admin runs it beside the registry.</summary>
public sealed class RetentionCommandTests : IAsyncLifetime
{
    private const string Policy = """{ "version": 1, "mode": "apply", "rules": [ { "name": "builds", "repositories": ["**"], "tags": ["b*"], "keep": { "newest": 1 } } ] }""";

    private readonly CollectingRegistry registry = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-policy-");
    private TestRepository repository = null!;

    public async ValueTask InitializeAsync()
    {
        await registry.InitializeAsync();
        repository = registry.NewRepository();
    }

    [Fact]
    public async Task From_a_policy_in_a_file_to_tags_that_are_gone()
    {
        await repository.PushImageAsync("b1");
        var kept = await repository.PushImageAsync("b2");
        var file = Write("policy.json", Policy);
        Assert.Contains("No mistakes: 1 rules", await RunAsync(0, "policy", "check", file), StringComparison.Ordinal);
        Assert.Contains("cannot be applied", await RunAsync(0, "plan", "--policy", file), StringComparison.Ordinal);
        Assert.Contains("Version 1", await RunAsync(0, "policy", "set", file), StringComparison.Ordinal);
        Assert.Equal(Policy, (await RunAsync(0, "policy", "show")).TrimEnd());
        Assert.Contains("anonymous", await RunAsync(0, "policy", "history"), StringComparison.Ordinal);

        var table = await RunAsync(0, "plan");
        Assert.Contains($"{repository.Name}:b1", table, StringComparison.Ordinal);
        Assert.Contains("goes by 'builds': 2nd newest", table, StringComparison.Ordinal);
        Assert.Contains("frees 2000 bytes", table, StringComparison.Ordinal);
        var whole = JsonElement.Parse(await RunAsync(0, "plan", "--format", "json"));
        Assert.Equal("b1", whole.GetProperty("tags")[0].GetProperty("tag").GetString());
        Assert.Contains($"- {repository.Name}:b1 -> sha256:", await RunAsync(0, "plan", "--format", "diff"), StringComparison.Ordinal);
        Assert.Contains("goes at the next run", await RunAsync(0, "explain", $"{repository.Name}:b1"), StringComparison.Ordinal);
        Assert.Contains("0 of them were pulled afterwards", await RunAsync(0, "backtest"), StringComparison.Ordinal);

        var plan = JsonElement.Parse(await RunAsync(0, "plans", "--json"))[0].GetProperty("id").GetInt64();
        Assert.Contains("1 tags removed", await RunAsync(0, "apply", $"{plan}"), StringComparison.Ordinal);
        Assert.Contains("removed", await RunAsync(0, "show", $"{plan}"), StringComparison.Ordinal);
        Assert.Contains("was applied at", await RunAsync(3, "apply", $"{plan}"), StringComparison.Ordinal);
        (await repository.HeadAsync("manifests/b1")).Expect(404);
        (await repository.GetAsync("manifests/b2")).Expect(200).ExpectBody(kept.Bytes);
    }

    [Fact]
    public async Task Mistakes_are_printed_each_on_its_line()
    {
        var refused = await RunAsync(3, "policy", "set", Write("bad.json", """{ "version": 2, "mode": "apply", "rules": [ { "name": "x", "repositories": ["**"], "tags": ["*"] } ] }"""));
        Assert.Contains("\n  version must be 1", refused, StringComparison.Ordinal);
        Assert.Contains("\n  rules[0].keep is missing", refused, StringComparison.Ordinal);
        Assert.Contains("File does not exist", await RunAsync(2, "policy", "set", "no-such-file.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_file_beside_the_configuration_holds_from_the_start_and_is_changed_there()
    {
        var file = Write("policy.json", Policy);
        await using (var other = await RegistryProcess.StartAsync(arguments: ["--Registry:Collection:PolicyFile", file]))
        {
            using var client = new RegistryClient(other.Url);
            var policy = (await client.SendAsync("GET", "/api/v1/policy")).Expect(200).Json;
            Assert.Equal((Policy, "file"), (policy.GetProperty("text").GetString(), policy.GetProperty("setBy").GetString()));
            var refused = (await client.SendAsync("PUT", "/api/v1/policy", RegistryClient.Bytes("{}"u8.ToArray(), "application/json"))).Expect(409);
            Assert.Contains(file, refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        var mistaken = await Assert.ThrowsAsync<InvalidOperationException>(() => RegistryProcess.StartAsync(arguments: ["--Registry:Collection:PolicyFile", Write("bad.json", "{}")]));
        Assert.Contains("version is missing", mistaken.Message, StringComparison.Ordinal);
        Assert.Contains("mode is missing", mistaken.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => RegistryProcess.StartAsync(arguments: ["--Registry:Collection:PolicyFile", file + ".no"]));
        Assert.Contains("cannot be read", missing.Message, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        await registry.DisposeAsync();
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Runs it and returns everything that it printed.</summary>
    private async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        var ended = await registry.RunCommandAsync(["retention", .. arguments]);
        Assert.True(ended.ExitCode == exitCode, $"{string.Join(' ', arguments)} ended with {ended.ExitCode}: {ended.Output}{ended.Error}");
        return ended.Output + ended.Error;
    }
}
