using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Registry.Testing;

[assembly: AssemblyFixture(typeof(Registry.Clients.Tests.RunningRegistry))]

namespace Registry.Clients.Tests;

/// <summary>Our registry for all clients at once, as they share it in a company, and what it says without any client.</summary>
public sealed class RunningRegistry : IAsyncLifetime
{
    private RegistryProcess? process;
    private HttpClient? http;

    /// <summary>Host and port as clients write them in front of a repository's name.</summary>
    internal string Authority => process!.Authority;

    public async ValueTask InitializeAsync()
    {
        process = await RegistryProcess.StartAsync();
        http = new HttpClient { BaseAddress = process.Url, Timeout = TimeSpan.FromMinutes(1) };
    }

    /// <summary>The name of a repository that nothing was ever pushed to.</summary>
    internal static string NewRepository() => $"team/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";

    /// <summary><paramref name="repository"/> and what follows it (<c>:tag</c>, <c>@digest</c>) as clients write it.</summary>
    internal string Name(string repository, string suffix = "") => $"{Authority}/{repository}{suffix}";

    internal async Task<IReadOnlyList<string>> TagsAsync(string repository)
    {
        var answer = await http!.GetFromJsonAsync<JsonObject>(new Uri($"v2/{repository}/tags/list", UriKind.Relative));
        return [.. answer!["tags"]!.AsArray().Select(tag => tag!.GetValue<string>())];
    }

    internal async Task<StoredManifest> ManifestAsync(string repository, string reference)
    {
        using var answer = await http!.GetAsync(new Uri($"v2/{repository}/manifests/{reference}", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        return new StoredManifest(
            answer.Content.Headers.ContentType!.MediaType!,
            answer.Headers.GetValues("Docker-Content-Digest").Single(),
            JsonNode.Parse(await answer.Content.ReadAsStreamAsync())!.AsObject());
    }

    public async ValueTask DisposeAsync()
    {
        http?.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}

/// <summary>A manifest as the registry serves it.</summary>
internal sealed record StoredManifest(string MediaType, string Digest, JsonObject Json);
