using System.Text;
using System.Text.Json.Nodes;
using Registry.Soak.Content;

namespace Registry.Soak.Wire;

/// <summary>Requests of our registry's admin API, below <c>/api/v1</c>.</summary>
internal sealed class AdminApi(Connection connection, Uri address)
{
    private const int MostRestorable = 200;

    /// <summary>The policy of a soak, in mode "apply": of <see cref="Shelf.Branches"/> the newest stay, and what is protected or immutable.</summary>
    public Task<Reply> SetPolicyAsync(string repositories)
    {
        var policy = new JsonObject
        {
            ["version"] = 1,
            ["mode"] = "apply",
            ["rules"] = new JsonArray(
                Named("branches", repositories, "b-*", new JsonObject { ["newest"] = Shelf.NewestKept }),
                Named("nothing of the rest", repositories, "{keep,v}-*", "nothing")),
            ["protected"] = new JsonArray(Named("kept", repositories, "keep-*")),
            ["immutable"] = new JsonArray(Named("releases", repositories, "v-*")),
        };
        return SendAsync(HttpMethod.Put, "policy", policy);
    }

    /// <summary>A report is the whole truth about its host.</summary>
    public Task<Reply> ReportPinsAsync(string host, IEnumerable<Item> manifests) =>
        SendAsync(HttpMethod.Put, $"pins/{host}", new JsonObject { ["digests"] = new JsonArray([.. manifests.Select(manifest => (JsonNode)manifest.Digest)]) });

    public Task<Reply> ListRestorableAsync(string repository) => SendAsync(HttpMethod.Get, $"tags/restorable?repository={repository}&n={MostRestorable}");

    public Task<Reply> RestoreAsync(string repository, string tag, string digest) =>
        SendAsync(HttpMethod.Post, "tags/restore", new JsonObject { ["repository"] = repository, ["tag"] = tag, ["digest"] = digest });

    public Task<Reply> MakePlanAsync() => SendAsync(HttpMethod.Post, "plans");

    public Task<Reply> ListPlannedTagsAsync(long plan) => SendAsync(HttpMethod.Get, $"plans/{plan}/tags");

    public Task<Reply> ApplyPlanAsync(long plan) => SendAsync(HttpMethod.Post, $"plans/{plan}/apply");

    /// <param name="query">Of the request: <c>?reconcile=all</c>, or nothing.</param>
    public Task<Reply> StartRunAsync(string query) => SendAsync(HttpMethod.Post, "runs" + query);

    public Task<Reply> FindRunAsync(long run) => SendAsync(HttpMethod.Get, $"runs/{run}");

    private Task<Reply> SendAsync(HttpMethod method, string resource, JsonObject? body = null) =>
        connection.SendAsync(method, new Uri(address, $"/api/v1/{resource}"), body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));

    private static JsonObject Named(string name, string repositories, string tags, JsonNode? keep = null)
    {
        var item = new JsonObject { ["name"] = name, ["repositories"] = new JsonArray(repositories), ["tags"] = new JsonArray(tags) };
        if (keep is not null)
        {
            item["keep"] = keep;
        }

        return item;
    }
}
