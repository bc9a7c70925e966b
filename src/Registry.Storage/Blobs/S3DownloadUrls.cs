using Amazon.S3.Model;
using Registry.Storage.Buckets;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>Presigned addresses of stored objects. They are made here, without a request to the server.</summary>
internal sealed class S3DownloadUrls(S3Client client, TimeProvider time) : IDownloadUrls
{
    public async Task<Uri> SignAsync(StorageKey key) => new(await client.SignAsync(new GetPreSignedUrlRequest
    {
        Key = client.KeyOf(key.ToString()),
        Expires = time.GetUtcNow().UtcDateTime + client.Options.DownloadUrlLifetime,
        // Nothing that somebody has pushed is to be shown by a browser as if it came from there.
        ResponseHeaderOverrides = new ResponseHeaderOverrides { ContentType = MediaTypes.OctetStream },
    }));
}
