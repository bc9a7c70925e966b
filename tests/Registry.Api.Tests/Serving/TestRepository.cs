using Registry.Storage.Model;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Serving;

/// <summary>One repository, as a client sees it.</summary>
internal sealed class TestRepository(RegistryClient client, string name)
{
    public string Name => name;

    public Task<Answer> SendAsync(string method, string path, HttpContent? body = null, params (string Name, string Value)[] headers) =>
        client.SendAsync(method, path.StartsWith('/') ? path : $"/v2/{name}/{path}", body, headers);

    public Task<Answer> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync("GET", path, null, headers);

    public Task<Answer> HeadAsync(string path, params (string Name, string Value)[] headers) => SendAsync("HEAD", path, null, headers);

    public Task<Answer> DeleteAsync(string path) => SendAsync("DELETE", path);

    /// <summary>Begins an upload session and returns where it is.</summary>
    public async Task<string> BeginAsync(string query = "") => (await SendAsync("POST", $"blobs/uploads/{query}")).Expect(202).Header("Location")!;

    public async Task<Content> PushAsync(Content blob)
    {
        (await SendAsync("POST", $"blobs/uploads/?digest={blob.Digest}", Bytes(blob.Bytes))).Expect(201);
        return blob;
    }

    public Task<Content> PushRandomAsync() => PushAsync(Content.Random());

    public Task<Answer> PutAsync(string reference, Content manifest, string? mediaType = MediaTypes.OciManifest, params (string Name, string Value)[] headers) =>
        SendAsync("PUT", $"manifests/{reference}", Bytes(manifest.Bytes, mediaType), headers);

    public async Task<Content> PushManifestAsync(string reference, Content manifest, string mediaType = MediaTypes.OciManifest)
    {
        (await PutAsync(reference, manifest, mediaType)).Expect(201);
        return manifest;
    }

    /// <summary>A fresh image of a config and a layer, pushed.</summary>
    public async Task<Content> PushImageAsync(string reference = "latest") =>
        await PushManifestAsync(reference, Content.Image(await PushRandomAsync(), await PushRandomAsync()));

    /// <summary>A manifest that can be pushed: its config is there.</summary>
    public async Task<Content> NewImageAsync(string more = "") => Content.Image(await PushRandomAsync(), more);
}
