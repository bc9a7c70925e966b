using System.Text;
using System.Text.Json;
using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Admin;

/// <summary>Policy, plans, apply, explain and back-test by the API, as one admin would use them. The policy is the registry's: so the tests have one each.</summary>
public sealed class RetentionApiTests : IAsyncLifetime
{
    private const string Policy = """
        { "version": 1, "mode": "apply",
          "rules": [ { "name": "builds", "repositories": ["**"], "tags": ["b*"], "keep": { "newest": 1 } } ],
          "immutable": [ { "name": "releases", "repositories": ["**"], "tags": ["v*"] } ] }
        """;

    private readonly CollectingRegistry registry = new();
    private TestRepository repository = null!;

    public async ValueTask InitializeAsync()
    {
        await registry.InitializeAsync();
        repository = registry.NewRepository();
    }

    [Fact]
    public async Task Without_a_policy_there_is_nothing_to_plan_and_the_refusal_says_what_to_do()
    {
        Assert.Contains("PUT /api/v1/policy", Detail((await GetAsync("policy")).Expect(404)), StringComparison.Ordinal);
        Assert.Contains("PUT /api/v1/policy", Detail((await PostAsync("plans")).Expect(409)), StringComparison.Ordinal);
        Assert.Contains("PUT /api/v1/policy", Detail((await PostAsync("backtest")).Expect(409)), StringComparison.Ordinal);
        (await GetAsync("plans/1")).Expect(404);
        (await PostAsync("plans/1/apply")).Expect(404);
        (await GetAsync("policy/versions/1")).Expect(404);
    }

    [Fact]
    public async Task Every_mistake_of_a_policy_is_reported_with_its_path_and_nothing_is_set()
    {
        var refused = (await PutAsync("policy", """{ "version": 1, "mode": "aply", "rules": [ { "name": "x", "repositories": ["UPPER"], "tags": ["*"], "keep": {} } ], "extra": 1 }""")).Expect(400);
        var paths = refused.Json.GetProperty("errors").EnumerateObject().Select(e => e.Name).ToList();
        Assert.All(["mode", "rules[0].repositories[0]", "rules[0].keep", "extra"], path => Assert.Contains(path, paths));
        Assert.Contains("nothing was changed", Detail(refused), StringComparison.Ordinal);
        (await GetAsync("policy")).Expect(404);
        (await PostAsync("policy/check", "{")).Expect(400);
        (await PutAsync("policy", "")).Expect(400);
        (await registry.Client.SendAsync("PUT", "/api/v1/policy", RegistryClient.Bytes([0xff, 0xfe, 0x7b]))).Expect(400);
        (await registry.Client.SendAsync("PUT", "/api/v1/policy", RegistryClient.Bytes(new byte[2_000_000]))).Expect(400);
    }

    [Fact]
    public async Task One_page_has_few_versions_of_the_policy_whatever_is_asked_for_since_each_may_be_large()
    {
        for (var version = 1; version <= 21; version++)
        {
            (await PutAsync("policy", Policy + new string(' ', version))).Expect(200);
        }

        var page = (await GetAsync("policy/versions?n=1000")).Expect(200).Json.EnumerateArray().Select(v => v.GetProperty("version").GetInt64()).ToList();
        Assert.Equal((20, 2L), (page.Count, page[^1]));
        Assert.Equal(1, Assert.Single((await GetAsync("policy/versions?before=2&n=1000")).Expect(200).Json.EnumerateArray()).GetProperty("version").GetInt64());
    }

    [Fact]
    public async Task A_policy_is_kept_as_it_was_written_with_its_versions()
    {
        Assert.Equal(1, (await PutAsync("policy", Policy)).Expect(200).Json.GetProperty("version").GetInt64());
        var current = (await GetAsync("policy")).Expect(200).Json;
        Assert.Equal(Policy, current.GetProperty("text").GetString());
        Assert.Equal("apply", current.GetProperty("document").GetProperty("mode").GetString());
        Assert.Equal(2, (await PutAsync("policy", Policy + " ")).Expect(200).Json.GetProperty("version").GetInt64());
        Assert.Equal([2, 1], (await GetAsync("policy/versions")).Expect(200).Json.EnumerateArray().Select(v => v.GetProperty("version").GetInt64()));
        Assert.Equal(1, (await PostAsync("policy/check", Policy)).Expect(200).Json.GetProperty("rules").GetInt32());
    }

    [Fact]
    public async Task A_plan_says_what_goes_apply_does_it_once_and_what_has_moved_is_said()
    {
        var shared = await repository.PushRandomAsync();
        foreach (var tag in new[] { "b1", "b2", "b3" })
        {
            await repository.PushManifestAsync(tag, Content.Image(shared, await repository.PushRandomAsync()));
        }

        await PutAsync("policy", Policy);
        var plan = (await PostAsync("plans")).Expect(201);
        var id = plan.Json.GetProperty("id").GetInt64();
        plan.ExpectHeader("Location", $"/api/v1/plans/{id}");
        Assert.Equal((2, 2, 2, 2000), (plan.Json.GetProperty("tags").GetInt32(), plan.Json.GetProperty("manifests").GetInt32(), plan.Json.GetProperty("blobs").GetInt32(), plan.Json.GetProperty("freedBytes").GetInt64()));
        var tags = (await GetAsync($"plans/{id}/tags")).Expect(200).Json.EnumerateArray().ToList();
        Assert.Equal(["b1", "b2"], tags.Select(t => t.GetProperty("tag").GetString()));
        Assert.StartsWith("goes by 'builds': 3rd newest", tags[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Single((await GetAsync($"plans/{id}/tags?after={tags[0].GetProperty("id").GetInt64()}")).Json.EnumerateArray());
        Assert.Equal(2, (await GetAsync($"plans/{id}/manifests")).Json.GetArrayLength());

        var moved = await repository.PushImageAsync("b1");
        var refused = (await PostAsync($"plans/{id}/apply")).Expect(409).ExpectHeader("Content-Type", "application/problem+json");
        Assert.Contains($"{repository.Name}:b1 was moved to {moved.Digest}", refused.Json.GetProperty("moved").EnumerateArray().Select(line => line.GetString()));
        (await repository.HeadAsync("manifests/b2")).Expect(200);

        var again = (await PostAsync("plans")).Expect(201).Json.GetProperty("id").GetInt64();
        Assert.Equal(2, (await PostAsync($"plans/{again}/apply")).Expect(200).Json.GetProperty("removedTags").GetInt32());
        (await repository.HeadAsync("manifests/b2")).Expect(404);
        (await repository.HeadAsync("manifests/b1")).Expect(200);
        Assert.Contains("was applied at", Detail((await PostAsync($"plans/{again}/apply")).Expect(409)), StringComparison.Ordinal);
        Assert.Equal("applied", (await GetAsync($"plans/{again}")).Json.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_policy_in_the_body_is_tried_out_and_its_plan_cannot_be_applied()
    {
        await repository.PushImageAsync("b1");
        await repository.PushImageAsync("b2");
        var plan = (await PostAsync("plans", Policy)).Expect(201).Json;
        Assert.Equal(("tried out", 1), (plan.GetProperty("status").GetString(), plan.GetProperty("tags").GetInt32()));
        Assert.Contains("was not set", Detail((await PostAsync($"plans/{plan.GetProperty("id").GetInt64()}/apply")).Expect(409)), StringComparison.Ordinal);
        (await GetAsync("policy")).Expect(404);
    }

    [Fact]
    public async Task An_immutable_tag_is_neither_moved_nor_deleted_and_the_refusal_names_the_rule()
    {
        var release = await repository.PushImageAsync("v1");
        await PutAsync("policy", Policy);
        var moved = (await repository.PutAsync("v1", await repository.NewImageAsync())).ExpectError(409, "DENIED");
        Assert.Contains("'releases'", moved.Message, StringComparison.Ordinal);
        (await repository.DeleteAsync("manifests/v1")).ExpectError(409, "DENIED");
        (await repository.DeleteAsync($"manifests/{release.Digest}")).ExpectError(409, "DENIED");
        (await repository.PutAsync("v1", release)).Expect(201);
        (await repository.PutAsync("v2", release)).Expect(201);
    }

    [Fact]
    public async Task Explain_says_what_keeps_a_tag_and_when_a_manifest_goes()
    {
        var (old, kept) = (await repository.PushImageAsync("b1"), await repository.PushImageAsync("b2"));
        await PutAsync("policy", Policy);
        var first = (await GetAsync($"explain?reference={repository.Name}:b1")).Expect(200).Json;
        Assert.Equal("goes", first.GetProperty("tag").GetProperty("outcome").GetString());
        Assert.Equal(2000, first.GetProperty("freedBytes").GetInt64());
        Assert.Contains("goes at the next run", first.GetProperty("words").ToString(), StringComparison.Ordinal);

        var second = (await GetAsync($"explain?reference={repository.Name}@{kept.Digest}")).Expect(200).Json;
        Assert.Equal("b2", second.GetProperty("keptBy")[0][0].GetProperty("name").GetString());
        Assert.StartsWith("kept by 'builds'", second.GetProperty("tags")[0].GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);

        (await repository.DeleteAsync("manifests/b1")).Expect(202);
        var gone = (await GetAsync($"explain?reference={repository.Name}@{old.Digest}")).Expect(200).Json;
        Assert.Equal(0, gone.GetProperty("keptBy").GetArrayLength());
        Assert.NotEqual(JsonValueKind.Null, gone.GetProperty("goesAt").ValueKind);
        Assert.Equal((1, 2000), (gone.GetProperty("freedManifests").GetInt32(), gone.GetProperty("freedBytes").GetInt64()));
        (await GetAsync($"explain?reference={repository.Name}:b1")).Expect(404);
        (await GetAsync("explain?reference=no/such:tag")).Expect(404);
        (await GetAsync("explain?reference=UPPER")).Expect(400);
        (await GetAsync("explain")).Expect(400);
    }

    [Fact]
    public async Task A_run_on_demand_plans_and_applies()
    {
        await repository.PushImageAsync("b1");
        await repository.PushImageAsync("b2");
        await PutAsync("policy", Policy);
        Assert.Equal(0, (await registry.RunCommandAsync("gc", "run", "--wait")).ExitCode);
        (await repository.HeadAsync("manifests/b1")).Expect(404);
        (await repository.HeadAsync("manifests/b2")).Expect(200);
        var plan = (await GetAsync("plans")).Json[0];
        Assert.Equal((1, 1), (plan.GetProperty("runId").GetInt64(), plan.GetProperty("removedTags").GetInt64()));
    }

    [Fact]
    public async Task Over_its_budget_with_nothing_to_remove_the_registry_is_degraded_and_refuses_uploads()
    {
        await repository.PushImageAsync("keep");
        await PutAsync("policy", """{ "version": 1, "mode": "apply", "budget": { "bytes": 2100 } }""");
        Assert.Equal(0, (await registry.RunCommandAsync("gc", "run", "--wait")).ExitCode);
        var health = (await registry.Client.SendAsync("GET", "/health/ready")).Expect(200);
        Assert.Equal("Degraded", health.Json.GetProperty("status").GetString());
        Assert.Contains("high mark", health.Text, StringComparison.Ordinal);
        var refused = await repository.SendAsync("POST", $"blobs/uploads/?digest={Content.Random().Digest}", RegistryClient.Bytes(new byte[1000]));
        Assert.Contains("budget is 2100 bytes", refused.ExpectError(507, "DENIED").Message, StringComparison.Ordinal);
        (await repository.GetAsync("manifests/keep")).Expect(200);
        (await repository.DeleteAsync("manifests/keep")).Expect(202);
        Assert.Contains("registry_budget_over_bytes", (await registry.Client.SendAsync("GET", "/metrics")).Text, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => registry.DisposeAsync();

    private Task<Answer> GetAsync(string address) => registry.Client.SendAsync("GET", $"/api/v1/{address}");

    private Task<Answer> PostAsync(string address, string? body = null) => registry.Client.SendAsync("POST", $"/api/v1/{address}", body is null ? null : Json(body));

    private Task<Answer> PutAsync(string address, string body) => registry.Client.SendAsync("PUT", $"/api/v1/{address}", Json(body));

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string Detail(Answer refused) => refused.Json.GetProperty("detail").GetString()!;
}
