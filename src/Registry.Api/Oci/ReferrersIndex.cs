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
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string>? Annotations)
{
    public static ReferrerDescriptor Of(Referrer referrer) =>
        new(referrer.MediaType, referrer.Digest.ToString(), referrer.Body.Length, referrer.ArtifactType, AnnotationsOf(referrer.Body));

    /// <summary>Annotations are text (image specification, "Annotations"): one that is not would make clients refuse the whole list.</summary>
    private static Dictionary<string, string>? AnnotationsOf(byte[] body)
    {
        using var manifest = JsonDocument.Parse(body);
        return manifest.RootElement.TryGetProperty("annotations", out var found) && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject().Where(a => a.Value.ValueKind == JsonValueKind.String).ToDictionary(a => a.Name, a => a.Value.GetString()!, StringComparer.Ordinal)
            : null;
    }
}
