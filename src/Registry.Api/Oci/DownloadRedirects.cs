using Registry.Api.Configuration;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
using Registry.Storage.Content;

namespace Registry.Api.Oci;

/// <summary>
/// Which pulls of blobs are answered with the address where the bytes are (specification, "Pulling blobs": a redirect is allowed): the bytes
/// then go past the registry, and it asks the blob store nothing.
/// </summary>
internal sealed class DownloadRedirects(StorageOptions storage, IDownloadUrls? urls = null)
{
    /// <summary>What the User-Agent of clients begins with that are known to follow a redirect to another host without their credentials.</summary>
    private static readonly string[] Followers =
        ["docker/", "containerd/", "containers/", "skopeo/", "Buildah/", "buildkit/", "go-containerregistry/", "crane/", "cri-o/", "nerdctl/", "oras", "Helm/", "cosign/", "regclient/", "kaniko/"];

    private readonly NameList streamed = new(storage.S3.StreamRepositories);
    private readonly NetworkList? networks = NetworkList.TryParse(storage.S3.StreamNetworks, out var list) ? list : null;

    /// <summary>Null: this client is to get the bytes from the registry.</summary>
    public async ValueTask<Uri?> FindAsync(HttpContext context, FoundBlob blob) =>
        urls is not null && Follows(context) && networks?.Contains(context.Connection.RemoteIpAddress) != true && !streamed.Contains(blob.Repository.ToString())
            ? await urls.SignAsync(blob.Key)
            : null;

    private bool Follows(HttpContext context) => storage.S3.Redirect switch
    {
        S3Redirects.Everybody => true,
        S3Redirects.Nobody => false,
        _ => context.Request.Headers.UserAgent.ToString() is var client && Followers.Any(known => client.StartsWith(known, StringComparison.OrdinalIgnoreCase)),
    };
}
