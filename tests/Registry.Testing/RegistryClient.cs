using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Registry.Testing;

/// <summary>A digest with its bytes.</summary>
public sealed record Content(string Digest, byte[] Bytes)
{
    public static Content Of(byte[] bytes) => new($"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}", bytes);

    public static Content Random(int size) => Of(RandomNumberGenerator.GetBytes(size));

    /// <summary>An image manifest with this config and these layers.</summary>
    public static Content Manifest(Content config, params IEnumerable<Content> layers) => Of(Encoding.UTF8.GetBytes($$"""
        {"schemaVersion":2,"mediaType":"{{RegistryClient.ManifestType}}","config":{{Descriptor(config, "application/vnd.oci.image.config.v1+json")}},
        "layers":[{{string.Join(",", layers.Select(layer => Descriptor(layer, "application/vnd.oci.image.layer.v1.tar")))}}]}
        """));

    private static string Descriptor(Content content, string mediaType) =>
        $$"""{"mediaType":"{{mediaType}}","digest":"{{content.Digest}}","size":{{content.Bytes.Length}}}""";
}

/// <summary>The few requests of a push and a pull, for tests that are about something else.</summary>
public sealed class RegistryClient(Uri registry) : IDisposable
{
    public const string ManifestType = "application/vnd.oci.image.manifest.v1+json";

    private readonly HttpClient http = new() { BaseAddress = registry };

    public HttpClient Http => http;

    /// <summary>POST then PUT; the status of the one that ended it.</summary>
    public async Task<HttpStatusCode> PushBlobAsync(string repository, Content blob, CancellationToken cancellationToken)
    {
        using var begun = await http.PostAsync(new Uri($"v2/{repository}/blobs/uploads/", UriKind.Relative), null, cancellationToken);
        if (begun.StatusCode != HttpStatusCode.Accepted)
        {
            return begun.StatusCode;
        }

        using var content = new ByteArrayContent(blob.Bytes);
        using var sealing = await http.PutAsync(new Uri($"{begun.Headers.Location}?digest={blob.Digest}", UriKind.Relative), content, cancellationToken);
        return sealing.StatusCode;
    }

    public async Task<HttpStatusCode> PushManifestAsync(string repository, string reference, Content manifest, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(manifest.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue(ManifestType) } };
        using var response = await http.PutAsync(new Uri($"v2/{repository}/manifests/{reference}", UriKind.Relative), content, cancellationToken);
        return response.StatusCode;
    }

    public async Task<HttpStatusCode> DeleteAsync(string repository, string resource, CancellationToken cancellationToken)
    {
        using var response = await http.DeleteAsync(new Uri($"v2/{repository}/{resource}", UriKind.Relative), cancellationToken);
        return response.StatusCode;
    }

    /// <summary>The body, or null if the answer is not 200.</summary>
    public async Task<byte[]?> GetAsync(string repository, string resource, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri($"v2/{repository}/{resource}", UriKind.Relative), cancellationToken);
        return response.StatusCode == HttpStatusCode.OK ? await response.Content.ReadAsByteArrayAsync(cancellationToken) : null;
    }

    public void Dispose() => http.Dispose();
}
