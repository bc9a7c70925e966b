using System.Text.Json;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>A manifest that is about another one (specification, "Listing Referrers"). Size is in bytes.</summary>
public sealed record Referrer(Digest Digest, string MediaType, long Size, string? ArtifactType, IReadOnlyDictionary<string, string>? Annotations)
{
    internal int AnnotationCharacters => Annotations?.Sum(annotation => annotation.Key.Length + annotation.Value.Length) ?? 0;

    internal static Referrer Of(ManifestRow row) =>
        new(Digest.Parse(row.Digest), row.MediaType, row.Body.Length, row.ArtifactType, AnnotationsOf(row.Body));

    /// <summary>Annotations are text (image specification, "Annotations"): one that is not would make clients refuse the whole list.</summary>
    private static Dictionary<string, string>? AnnotationsOf(byte[] body)
    {
        using var manifest = JsonDocument.Parse(body);
        return manifest.RootElement.TryGetProperty("annotations", out var found) && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject().Where(a => a.Value.ValueKind == JsonValueKind.String).ToDictionary(a => a.Name, a => a.Value.GetString()!, StringComparer.Ordinal)
            : null;
    }
}
