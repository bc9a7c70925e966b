using System.Buffers;

namespace Registry.Storage.Model;

/// <summary>The media types whose meaning the registry knows; every other one is stored and served all the same.</summary>
public static class MediaTypes
{
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";
    public const string DockerSchema1 = "application/vnd.docker.distribution.manifest.v1+json";
    public const string DockerSchema1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";
    public const string OctetStream = "application/octet-stream";
    public const string Json = "application/json";

    /// <summary>Characters, also of one that nobody knows (RFC 6838, section 4.2: 127 on either side of the slash).</summary>
    public const int MaxLength = 255;

    private const string OciNonDistributable = "application/vnd.oci.image.layer.nondistributable.v1.";
    private const string DockerForeign = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    // RFC 6838, section 4.2: it goes into a header as it stands, so nothing else may be in it.
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&-^_.+");

    /// <summary>A type and a subtype, without parameters, of at most <see cref="MaxLength"/> characters.</summary>
    public static bool IsWellFormed(string mediaType)
    {
        var slash = mediaType.IndexOf('/', StringComparison.Ordinal);
        return mediaType.Length <= MaxLength && slash > 0 && slash < mediaType.Length - 1
            && !mediaType.AsSpan(0, slash).ContainsAnyExcept(NameCharacters) && !mediaType.AsSpan(slash + 1).ContainsAnyExcept(NameCharacters);
    }

    public static bool IsManifest(string mediaType) => mediaType is OciManifest or DockerManifest;

    public static bool IsIndex(string mediaType) => mediaType is OciIndex or DockerManifestList;

    public static bool IsSchema1(string mediaType) => mediaType is DockerSchema1 or DockerSchema1Signed;

    /// <summary>Old clients push schema 1 under these too; in a type of somebody's own, schemaVersion 1 means what they like.</summary>
    public static bool MayBeSchema1(string mediaType) => mediaType == Json || IsManifest(mediaType) || IsIndex(mediaType);

    /// <summary>Layers that live at their own URLs and need not be in the registry (image specification, "Non-Distributable Layers").</summary>
    public static bool IsNonDistributable(string? mediaType) =>
        mediaType is not null && (mediaType.StartsWith(OciNonDistributable, StringComparison.Ordinal) || mediaType.StartsWith(DockerForeign, StringComparison.Ordinal));
}
