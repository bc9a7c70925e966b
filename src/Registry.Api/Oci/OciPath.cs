using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>The kinds of resource under <c>/v2/</c> (distribution specification, "Endpoints").</summary>
internal enum OciResource
{
    Base,
    Catalog,
    Manifest,
    Blob,
    Uploads,
    Upload,
    Tags,
    Referrers,
}

/// <summary>A parsed path. <paramref name="Name"/> is valid except for Base and Catalog; <paramref name="Item"/> is the last segment, unparsed.</summary>
internal sealed record OciTarget(OciResource Resource, RepositoryName Name, string Item)
{
    public override string ToString() => OciPath.Format(this);
}

/// <summary>
/// Reads <c>/v2/…</c> from the right, because a repository's name has slashes and may even contain "manifests" or "blobs".
/// A pure function; <see cref="Format"/> is its inverse.
/// </summary>
internal static class OciPath
{
    private const string Root = "/v2/";

    public static bool IsOci(string path) => path == "/v2" || path.StartsWith(Root, StringComparison.Ordinal);

    /// <summary>Errors: RouteUnknown, NameInvalid.</summary>
    public static Outcome<OciTarget> Parse(string path)
    {
        if (path is "/v2" or Root)
        {
            return new OciTarget(OciResource.Base, default, "");
        }

        if (path is "/v2/_catalog" or "/v2/_catalog/")
        {
            return new OciTarget(OciResource.Catalog, default, "");
        }

        var segments = path[Root.Length..].Split('/');
        var (resource, nameSegments) = segments switch
        {
            [.., "blobs", "uploads", ""] => (OciResource.Uploads, segments.Length - 3),
            [.., "blobs", "uploads"] => (OciResource.Uploads, segments.Length - 2),
            [.., "blobs", "uploads", _] => (OciResource.Upload, segments.Length - 3),
            [.., "tags", "list"] => (OciResource.Tags, segments.Length - 2),
            [.., "manifests", _] => (OciResource.Manifest, segments.Length - 2),
            [.., "blobs", _] => (OciResource.Blob, segments.Length - 2),
            [.., "referrers", _] => (OciResource.Referrers, segments.Length - 2),
            _ => (OciResource.Base, 0),
        };
        if (nameSegments == 0)
        {
            return new RegistryError(ErrorKind.RouteUnknown, "There is nothing at this address. The API is /v2/<name>/{manifests,blobs,tags,referrers}/… of the OCI distribution specification.");
        }

        var name = string.Join('/', segments[..nameSegments]);
        if (!RepositoryName.TryParse(name, out var repository))
        {
            return new RegistryError(
                ErrorKind.NameInvalid,
                $"A repository's name has at most {RepositoryName.MaxLength} characters: components of a-z and 0-9, with single '.', '_', '__' or '-' inside, separated by '/'.",
                new { name });
        }

        return new OciTarget(resource, repository, resource is OciResource.Uploads or OciResource.Tags ? "" : segments[^1]);
    }

    public static string Format(OciTarget target) => target.Resource switch
    {
        OciResource.Base => Root,
        OciResource.Catalog => $"{Root}_catalog",
        OciResource.Manifest => $"{Root}{target.Name}/manifests/{target.Item}",
        OciResource.Blob => $"{Root}{target.Name}/blobs/{target.Item}",
        OciResource.Uploads => $"{Root}{target.Name}/blobs/uploads/",
        OciResource.Upload => $"{Root}{target.Name}/blobs/uploads/{target.Item}",
        OciResource.Tags => $"{Root}{target.Name}/tags/list",
        OciResource.Referrers => $"{Root}{target.Name}/referrers/{target.Item}",
        _ => throw new ArgumentOutOfRangeException(nameof(target), target.Resource, null),
    };
}
