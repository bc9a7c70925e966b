using System.Text.Json.Nodes;

namespace Registry.Clients.Tests.Images;

/// <summary>An OCI image layout on disk, written without any client: the side of a copy whose every byte we know.</summary>
internal sealed class OciLayout
{
    private const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    private const string IndexType = "application/vnd.oci.image.index.v1+json";

    private readonly JsonArray named = [];

    public OciLayout(string folder)
    {
        Folder = folder;
        Directory.CreateDirectory(BlobFolder(folder));
        File.WriteAllText(Path.Combine(folder, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    public string Folder { get; }

    /// <summary>The digests of all it holds: manifests, configs and layers.</summary>
    public IReadOnlyList<string> Digests => DigestsIn(Folder);

    public static IReadOnlyList<string> DigestsIn(string folder) => Images.Digests.OfFiles(BlobFolder(folder));

    /// <summary>Adds an image and returns its descriptor.</summary>
    public JsonObject AddImage(string architecture, params Layer[] layers)
    {
        var config = Add("application/vnd.oci.image.config.v1+json", new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject(),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode)layer.DiffId)]) },
        });
        var descriptor = Add(ManifestType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = ManifestType,
            ["config"] = config,
            ["layers"] = new JsonArray([.. layers.Select(layer => Add("application/vnd.oci.image.layer.v1.tar+gzip", layer.Bytes))]),
        });
        descriptor["platform"] = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
        return descriptor;
    }

    /// <summary>Adds an index of images and returns its descriptor.</summary>
    public JsonObject AddIndex(params JsonObject[] images) => Add(IndexType, new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = IndexType,
        ["manifests"] = new JsonArray([.. images.Select(image => image.DeepClone())]),
    });

    /// <summary>Names what <paramref name="descriptor"/> describes, and returns the name as skopeo writes it.</summary>
    public string Name(string tag, JsonObject descriptor)
    {
        var entry = descriptor.DeepClone();
        entry["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = tag };
        named.Add(entry);
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = named.DeepClone() };
        File.WriteAllText(Path.Combine(Folder, "index.json"), index.ToJsonString());
        return $"oci:{Folder}:{tag}";
    }

    private static string BlobFolder(string folder) => Path.Combine(folder, "blobs", "sha256");

    private JsonObject Add(string mediaType, JsonObject json) => Add(mediaType, System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));

    private JsonObject Add(string mediaType, byte[] bytes)
    {
        var digest = Images.Digests.Sha256(bytes);
        File.WriteAllBytes(Path.Combine(BlobFolder(Folder), digest["sha256:".Length..]), bytes);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = bytes.Length };
    }
}
