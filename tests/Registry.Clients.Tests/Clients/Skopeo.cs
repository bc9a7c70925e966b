using System.Text.Json.Nodes;
using Registry.Testing;

namespace Registry.Clients.Tests.Clients;

/// <summary>skopeo, speaking plain HTTP to ours and asking no machine-wide policy.</summary>
internal static class Skopeo
{
    public static void Require() => Tool.Require("skopeo");

    public static Task CopyAsync(string from, string to, params string[] options) =>
        Tool.RunAsync("skopeo", ["--insecure-policy", "copy", "--src-tls-verify=false", "--dest-tls-verify=false", .. options, from, to]);

    /// <summary>The manifest byte for byte as the registry served it.</summary>
    public static Task<string> RawManifestAsync(string image) => Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", "--raw", image]);

    public static async Task<JsonNode> InspectAsync(string image) =>
        JsonNode.Parse(await Tool.RunAsync("skopeo", ["inspect", "--tls-verify=false", image]))!;

    public static async Task<IReadOnlyList<string>> ListTagsAsync(string repository)
    {
        var answer = JsonNode.Parse(await Tool.RunAsync("skopeo", ["list-tags", "--tls-verify=false", repository]))!;
        return [.. answer["Tags"]!.AsArray().Select(tag => tag!.GetValue<string>())];
    }

    public static Task DeleteAsync(string image) => Tool.RunAsync("skopeo", ["delete", "--tls-verify=false", image]);
}
