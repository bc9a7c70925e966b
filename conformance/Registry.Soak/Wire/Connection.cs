using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Registry.Soak.Content;

namespace Registry.Soak.Wire;

/// <summary>Requests of the distribution API, timed. An answer that does not come is an answer too.</summary>
internal sealed class Connection : IDisposable
{
    private readonly HttpClient http;
    private readonly TimeProvider time;
    private readonly long started;

    public Connection(Uri registry, TimeProvider time)
    {
        (this.time, started) = (time, time.GetTimestamp());
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = registry, Timeout = TimeSpan.FromSeconds(30) };
        if (Environment.GetEnvironmentVariable("REGISTRY_USERNAME") is { Length: > 0 } user)
        {
            var credentials = Encoding.UTF8.GetBytes($"{user}:{Environment.GetEnvironmentVariable("REGISTRY_PASSWORD")}");
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }
    }

    /// <summary>Since the soak's start, by a clock that is never set.</summary>
    public TimeSpan Now => time.GetElapsedTime(started);

    public Task<Reply> HeadAsync(string repository, Item item) => SendAsync(HttpMethod.Head, Address(repository, item.Resource));

    public Task<Reply> GetAsync(string repository, string resource) => SendAsync(HttpMethod.Get, Address(repository, resource));

    public Task<Reply> DeleteAsync(string repository, string resource) => SendAsync(HttpMethod.Delete, Address(repository, resource));

    public Task<Reply> PutManifestAsync(string repository, Item manifest, string? tag) =>
        SendAsync(HttpMethod.Put, Address(repository, $"manifests/{tag ?? manifest.Digest}"), Body(manifest.Bytes, manifest.MediaType!));

    /// <summary>201: the link is made. 202: the registry would rather have the bytes; the session is given up.</summary>
    public async Task<Reply> MountAsync(string repository, Item blob, string from)
    {
        var reply = await SendAsync(HttpMethod.Post, Address(repository, $"blobs/uploads/?mount={blob.Digest}&from={from}"), Body([]));
        if (reply is { Status: 202, Location: { } session })
        {
            await SendAsync(HttpMethod.Delete, session);
        }

        return reply;
    }

    /// <summary>One of the specification's three ways; the reply is that of the last request.</summary>
    public async Task<Reply> UploadAsync(string repository, Item blob, Random random)
    {
        var way = random.Next(3);
        var begun = await SendAsync(HttpMethod.Post, Address(repository, way == 0 ? $"blobs/uploads/?digest={blob.Digest}" : "blobs/uploads/"), Body(way == 0 ? blob.Bytes : []));
        // A registry that does not take the bytes in the POST begins a session instead.
        if (begun is not { Status: 202, Location: { } session })
        {
            return begun;
        }

        var rest = blob.Bytes;
        if (way == 1)
        {
            var half = rest.Length / 2;
            var sent = await SendAsync(HttpMethod.Patch, session, Chunk(rest[..half], 0));
            if (sent is not { Status: 202, Location: { } next })
            {
                return sent;
            }

            (session, rest) = (next, rest[half..]);
        }

        var closing = new UriBuilder(session);
        closing.Query = (closing.Query.Length > 1 ? closing.Query[1..] + "&" : "") + $"digest={Uri.EscapeDataString(blob.Digest)}";
        return await SendAsync(HttpMethod.Put, closing.Uri, Body(rest));
    }

    public Task<Reply> ListReferrersAsync(string repository, Item subject) => GetAsync(repository, $"referrers/{subject.Digest}");


    public async Task<Reply> SendAsync(HttpMethod method, Uri address, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Accept.ParseAdd(Manifests.Image);
        request.Headers.Accept.ParseAdd(Manifests.Index);
        var (name, sent) = ($"{method} {address.PathAndQuery}", Now);
        try
        {
            using var response = await http.SendAsync(request);
            var body = await response.Content.ReadAsByteArrayAsync();
            var location = response.Headers.Location is { } given ? new Uri(response.RequestMessage!.RequestUri!, given) : null;
            return new Reply(name, (int)response.StatusCode, body, location, sent, Now);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new Reply(name, 0, Encoding.UTF8.GetBytes(e.Message), null, sent, Now);
        }
    }

    public void Dispose() => http.Dispose();

    private Uri Address(string repository, string resource) => new(http.BaseAddress!, $"/v2/{repository}/{resource}");

    private static ByteArrayContent Body(byte[] bytes, string mediaType = "application/octet-stream") => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };

    private static ByteArrayContent Chunk(byte[] bytes, int offset)
    {
        var content = Body(bytes);
        content.Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + bytes.Length - 1}"));
        return content;
    }
}
