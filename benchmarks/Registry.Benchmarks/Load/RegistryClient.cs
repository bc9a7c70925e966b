using System.Globalization;
using System.Net.Http.Headers;
using Registry.Benchmarks.Seeding;
using Registry.Storage.Model;

namespace Registry.Benchmarks.Load;

/// <summary>Pushes and pulls images as clients do. What is refused or comes back with other bytes throws.</summary>
internal sealed class RegistryClient(Uri registry) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = registry, Timeout = TimeSpan.FromSeconds(100) };

    /// <summary>Blobs first, then the manifest under the tag.</summary>
    /// <param name="blobs">Config first.</param>
    public async Task PushAsync(string repository, string tag, IReadOnlyList<byte[]> blobs, CancellationToken cancellationToken)
    {
        foreach (var blob in blobs)
        {
            using var begun = await SendAsync(HttpMethod.Post, new Uri(registry, $"/v2/{repository}/blobs/uploads/"), null, cancellationToken);
            var session = new UriBuilder(new Uri(registry, begun.Headers.Location!));
            session.Query = (session.Query.Length > 1 ? session.Query[1..] + "&" : "") + $"digest={Uri.EscapeDataString(SeedPlan.DigestOf(blob).ToString())}";
            using var put = await SendAsync(HttpMethod.Put, session.Uri, Body(blob, MediaTypes.OctetStream), cancellationToken);
        }

        using var named = await SendAsync(HttpMethod.Put, new Uri(registry, $"/v2/{repository}/manifests/{tag}"), Body(SeedPlan.Manifest(blobs), MediaTypes.OciManifest), cancellationToken);
    }

    /// <summary>The manifest by its tag, then its blobs.</summary>
    /// <param name="blobs">What must come back.</param>
    public async Task PullAsync(string repository, string tag, IReadOnlyList<byte[]> blobs, CancellationToken cancellationToken)
    {
        await GetAsync($"/v2/{repository}/manifests/{tag}", SeedPlan.Manifest(blobs), cancellationToken);
        foreach (var blob in blobs)
        {
            await GetAsync($"/v2/{repository}/blobs/{SeedPlan.DigestOf(blob)}", blob, cancellationToken);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task GetAsync(string path, byte[] expected, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, new Uri(registry, path), null, cancellationToken);
        var received = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (!received.AsSpan().SequenceEqual(expected))
        {
            throw new HttpRequestException($"GET {path} has other bytes.");
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Accept.ParseAdd(MediaTypes.OciManifest);
        var response = await http.SendAsync(request, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var (status, text) = ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
            response.Dispose();
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{method} {address.PathAndQuery}: {status} {text}"));
        }

        return response;
    }

    private static ByteArrayContent Body(byte[] bytes, string mediaType) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
}
