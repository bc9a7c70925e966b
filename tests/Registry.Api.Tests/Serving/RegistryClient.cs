using System.Net.Http.Headers;

namespace Registry.Api.Tests.Serving;

/// <summary>Sends single requests, headers as they are given, and reads answers whole.</summary>
internal sealed class RegistryClient(Uri url) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = url, Timeout = TimeSpan.FromMinutes(1) };

    public Uri Url => url;

    public async Task<Answer> SendAsync(string method, string address, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(address, UriKind.RelativeOrAbsolute)) { Content = body };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => h.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        return new Answer($"{method} {address}", (int)response.StatusCode, all, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    public static ByteArrayContent Bytes(byte[] bytes, string? mediaType = "application/octet-stream")
    {
        var content = new ByteArrayContent(bytes);
        if (mediaType is not null)
        {
            content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        }

        return content;
    }

    /// <summary>The same bytes without a length: they go with <c>Transfer-Encoding: chunked</c>.</summary>
    public static StreamContent Chunked(byte[] bytes, string mediaType = "application/octet-stream") =>
        new(new UnsizedStream(bytes)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };

    public void Dispose() => client.Dispose();

    private sealed class UnsizedStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
