using System.Text.Json.Nodes;

namespace Registry.Conformance.Target;

/// <summary>Media types of the OCI image specification, and one that nobody knows.</summary>
internal static class MediaTypes
{
    public const string Manifest = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";
    public const string Config = "application/vnd.oci.image.config.v1+json";
    public const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";
    public const string Example = "application/vnd.example.conformance.v1";
}

/// <summary>The manifests that the suite pushes.</summary>
internal static class Manifests
{
    public static JsonObject Image(Blob config, params Blob[] layers) => Image(config.Descriptor(MediaTypes.Config), layers);

    public static JsonObject Image(JsonObject config, params Blob[] layers) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.Manifest,
        ["config"] = config,
        ["layers"] = new JsonArray([.. layers.Select(layer => layer.Descriptor(MediaTypes.Layer))]),
    };

    public static JsonObject Index(params Blob[] manifests) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = MediaTypes.Index,
        ["manifests"] = new JsonArray([.. manifests.Select(manifest => manifest.Descriptor(MediaTypes.Manifest))]),
    };

    /// <summary>The same manifest with one more field.</summary>
    public static JsonObject With(this JsonObject manifest, string name, JsonNode value)
    {
        manifest[name] = value;
        return manifest;
    }
}
