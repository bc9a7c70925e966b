using System.Text.Json;
using System.Text.Unicode;

namespace Registry.Storage.Model;

/// <summary>
/// A manifest as the registry understands it: its media type, its edges, its subject. The bytes themselves are never
/// rewritten. Image specification ("Image Manifest", "Image Index") and Docker's schema 2.
/// </summary>
/// <param name="ArtifactType">The manifest's own, else its config's media type (distribution specification, "Listing Referrers").</param>
/// <param name="Edges">Each digest once, in the order of the document.</param>
public sealed record ManifestDocument(string MediaType, string? ArtifactType, IReadOnlyList<Edge> Edges, Descriptor? Subject)
{
    /// <summary>4 MiB: the size that every client must be able to read (distribution specification, "Pushing Manifests").</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads a manifest that was pushed with <paramref name="contentType"/> (without parameters; null if there was none).</summary>
    public static Outcome<ManifestDocument> Parse(ReadOnlyMemory<byte> bytes, string? contentType)
    {
        if (contentType is not null && MediaTypes.IsSchema1(contentType))
        {
            return Schema1();
        }

        try
        {
            RequireText(bytes.Span);
            using var json = JsonDocument.Parse(bytes, Strict);
            return json.RootElement.ValueKind == JsonValueKind.Object
                ? Read(json.RootElement, contentType)
                : Invalid("A manifest is a JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how a JsonElement says that a string is no Unicode text (a lone surrogate).
            return Invalid($"The manifest is not valid JSON (duplicate keys and more than 64 levels are refused): {e.Message}");
        }
    }

    /// <summary>
    /// The parser looks into a string only when it is asked for, and what cannot be read now could not be listed later.
    /// </summary>
    /// <exception cref="InvalidOperationException">A string is no Unicode text.</exception>
    private static void RequireText(ReadOnlySpan<byte> bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            throw new InvalidOperationException("It is not UTF-8.");
        }

        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Strict.MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                _ = reader.GetString();
            }
        }
    }

    private static Outcome<ManifestDocument> Read(JsonElement root, string? contentType)
    {
        if (!DescriptorReader.TryGetString(root, "artifactType", out var artifactType))
        {
            return Invalid("'artifactType' is a string.");
        }

        if (!ReadMediaType(root, contentType).Succeeded(out var mediaType, out var error))
        {
            return error;
        }

        var reader = new DescriptorReader();
        var subject = root.TryGetProperty("subject", out var about) && about.ValueKind != JsonValueKind.Null ? reader.ReadAt("subject", about) : null;
        if (MediaTypes.IsManifest(mediaType))
        {
            artifactType ??= ReadManifest(root, reader)?.MediaType;
        }
        else if (MediaTypes.IsIndex(mediaType))
        {
            ReadIndex(root, reader);
        }
        else
        {
            reader.AddEverything(root);
        }

        return reader.Error is { } mistake ? Invalid(mistake) : new ManifestDocument(mediaType, artifactType, reader.Edges, subject);
    }

    /// <summary>The one that it was pushed with, else its own; where there are both they must agree.</summary>
    private static Outcome<string> ReadMediaType(JsonElement root, string? contentType)
    {
        if (!DescriptorReader.TryGetString(root, "mediaType", out var declared))
        {
            return Invalid("'mediaType' is a string.");
        }

        if (declared is not null && contentType is not null && declared != contentType)
        {
            return Invalid($"The manifest's mediaType is '{declared}', but it was pushed with Content-Type '{contentType}'. Send the same in both.");
        }

        var mediaType = contentType ?? declared;
        if (mediaType is null)
        {
            return Invalid("Send the manifest's media type as Content-Type.");
        }

        if (!MediaTypes.IsWellFormed(mediaType))
        {
            return Invalid("The media type is not of the form type/subtype, for example application/vnd.oci.image.manifest.v1+json.");
        }

        return MediaTypes.IsSchema1(mediaType) || MediaTypes.MayBeSchema1(mediaType) && HasSchemaVersion1(root) ? Schema1() : mediaType;
    }

    private static bool HasSchemaVersion1(JsonElement root) =>
        root.TryGetProperty("schemaVersion", out var version) && version.ValueKind == JsonValueKind.Number && version.TryGetInt32(out var number) && number == 1;

    /// <summary>Returns the config's descriptor.</summary>
    private static Descriptor? ReadManifest(JsonElement root, DescriptorReader reader)
    {
        // A document that can be read as both is how one digest comes to mean two things (CVE-2021-41190).
        if (root.TryGetProperty("manifests", out _))
        {
            reader.Fail("an image manifest must not have 'manifests'; that field belongs to an index");
            return null;
        }

        if (!root.TryGetProperty("config", out var config))
        {
            reader.Fail("an image manifest needs a 'config' descriptor; use the empty descriptor if there is nothing to say");
            return null;
        }

        var descriptor = reader.AddAt("config", config, EdgeKind.Blob);
        reader.AddArray(root, "layers", mediaType => MediaTypes.IsNonDistributable(mediaType) ? EdgeKind.Optional : EdgeKind.Blob);
        return descriptor;
    }

    private static void ReadIndex(JsonElement root, DescriptorReader reader)
    {
        if (root.TryGetProperty("layers", out _) || root.TryGetProperty("config", out _))
        {
            reader.Fail("an index must not have 'layers' or 'config'; those fields belong to an image manifest");
            return;
        }

        reader.AddArray(root, "manifests", mediaType => mediaType is not null && (MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType)) ? EdgeKind.Manifest : EdgeKind.Either);
    }

    private static RegistryError Schema1() => Invalid(
        "Docker schema 1 manifests are not supported: they were replaced by schema 2 in 2016. Push with a newer client, or convert the image, for example with 'skopeo copy --format v2s2'.");

    private static RegistryError Invalid(string message) => new(ErrorKind.ManifestInvalid, message);
}
