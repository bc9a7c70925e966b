using System.Text.Json.Serialization;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>The image index in which referrers are listed (specification, "Listing Referrers").</summary>
internal sealed record ReferrersIndex(int SchemaVersion, string MediaType, IReadOnlyList<ReferrerDescriptor> Manifests)
{
    public static ReferrersIndex Of(IEnumerable<Referrer> referrers) => new(2, MediaTypes.OciIndex, [.. referrers.Select(ReferrerDescriptor.Of)]);
}

internal sealed record ReferrerDescriptor(
    string MediaType,
    string Digest,
    long Size,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ArtifactType,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Annotations)
{
    public static ReferrerDescriptor Of(Referrer referrer) =>
        new(referrer.MediaType, referrer.Digest.ToString(), referrer.Size, referrer.ArtifactType, referrer.Annotations);
}
