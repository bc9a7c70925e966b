using System.Text.Json;
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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Annotations)
{
    public static ReferrerDescriptor Of(Referrer referrer)
    {
        using var manifest = JsonDocument.Parse(referrer.Body);
        JsonElement? annotations = manifest.RootElement.TryGetProperty("annotations", out var found) && found.ValueKind == JsonValueKind.Object ? found.Clone() : null;
        return new ReferrerDescriptor(referrer.MediaType, referrer.Digest.ToString(), referrer.Body.Length, referrer.ArtifactType, annotations);
    }
}
