using System.Net;
using System.Net.Http.Headers;

namespace Registry.Conformance.Target;

/// <summary>One repository of the registry under test, and the steps that most requirements begin with.</summary>
internal sealed class Repository(RegistryUnderTest registry, string name)
{
    public string Name => name;

    public Task<Answer> SendAsync(HttpMethod method, string resource, HttpContent? body = null, params (string Name, string Value)[] headers) =>
        registry.SendAsync(method, $"/v2/{name}/{resource}", body, headers);

    public Task<Answer> GetAsync(string resource, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, resource, null, headers);

    public Task<Answer> HeadAsync(string resource) => SendAsync(HttpMethod.Head, resource);

    public Task<Answer> DeleteAsync(string resource) => SendAsync(HttpMethod.Delete, resource);

    /// <summary>GET of a manifest with an Accept for what the suite pushes.</summary>
    public Task<Answer> PullAsync(string reference) => GetAsync($"manifests/{reference}", ("Accept", $"{MediaTypes.Manifest}, {MediaTypes.Index}"));

    public Task<Answer> HeadManifestAsync(string reference) =>
        SendAsync(HttpMethod.Head, $"manifests/{reference}", null, ("Accept", $"{MediaTypes.Manifest}, {MediaTypes.Index}"));

    /// <summary>POST that begins an upload session.</summary>
    public Task<Answer> BeginAsync(string query = "") => SendAsync(HttpMethod.Post, $"blobs/uploads/{query}", Bytes([]));

    /// <summary>Where an upload session's bytes go.</summary>
    public async Task<string> BeginUploadAsync(string query = "") => (await BeginAsync(query)).Expect(HttpStatusCode.Accepted).Location();

    public Task<Answer> PatchAsync(string location, byte[] chunk, string? contentRange = null) =>
        registry.SendAsync(HttpMethod.Patch, location, Bytes(chunk), contentRange is null ? [] : [("Content-Range", contentRange)]);

    /// <summary>The PUT that closes an upload session.</summary>
    public Task<Answer> CloseAsync(string location, string digest, byte[] body, string? contentRange = null) =>
        registry.SendAsync(HttpMethod.Put, WithDigest(location, digest), Bytes(body), contentRange is null ? [] : [("Content-Range", contentRange)]);

    public Task<Answer> StatusAsync(string location) => registry.SendAsync(HttpMethod.Get, location);

    public Task<Answer> CancelAsync(string location) => registry.SendAsync(HttpMethod.Delete, location, Bytes([]));

    /// <summary>The single POST, with the bytes in it.</summary>
    public Task<Answer> PostWholeAsync(string digest, byte[] body) => SendAsync(HttpMethod.Post, $"blobs/uploads/?digest={digest}", Bytes(body));

    public async Task<Blob> PushBlobAsync(Blob blob)
    {
        (await CloseAsync(await BeginUploadAsync(), blob.Digest, blob.Bytes)).Expect(HttpStatusCode.Created);
        return blob;
    }

    public Task<Answer> PutManifestAsync(string reference, byte[] body, string mediaType = MediaTypes.Manifest) =>
        SendAsync(HttpMethod.Put, $"manifests/{reference}", Bytes(body, mediaType));

    public async Task<Blob> PushManifestAsync(Blob manifest, string? tag = null, string mediaType = MediaTypes.Manifest)
    {
        (await PutManifestAsync(tag ?? manifest.Digest, manifest.Bytes, mediaType)).Expect(HttpStatusCode.Created);
        return manifest;
    }

    /// <summary>A fresh image of a config and a layer, pushed; the answer is its manifest.</summary>
    public async Task<Blob> PushImageAsync(string? tag = null)
    {
        var config = await PushBlobAsync(Blob.Random());
        var layer = await PushBlobAsync(Blob.Random());
        return await PushManifestAsync(Blob.Of(Manifests.Image(config, layer)), tag);
    }

    private static string WithDigest(string location, string digest) => location + (location.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "digest=" + Uri.EscapeDataString(digest);

    public static ByteArrayContent Bytes(byte[] bytes, string mediaType = "application/octet-stream") =>
        new(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(mediaType) } };
}
