using System.Text;
using System.Text.Json.Nodes;

namespace Registry.Soak.Content;

/// <summary>The manifests that the clients push.</summary>
internal static class Manifests
{
    public const string Image = "application/vnd.oci.image.manifest.v1+json";
    public const string Index = "application/vnd.oci.image.index.v1+json";

    private const string Config = "application/vnd.oci.image.config.v1+json";
    private const string Layer = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// <summary>The same parts make the same bytes, so that clients meet; a note makes them one client's own.</summary>
    public static Item ImageOf(Item config, IReadOnlyList<Item> layers, string? note = null)
    {
        var document = Document(Image, note);
        document["config"] = Descriptor(config, Config);
        document["layers"] = new JsonArray([.. layers.Select(layer => Descriptor(layer, Layer))]);
        return Item.Manifest(Encoding.UTF8.GetBytes(document.ToJsonString()), Image, [config, .. layers]);
    }

    /// <summary>An artifact about another manifest: the registry lists it as a referrer of that.</summary>
    public static Item ReferrerOf(Item subject, Item layer)
    {
        var document = Document(Image, note: null);
        document["artifactType"] = "application/vnd.example.soak";
        document["config"] = Descriptor(layer, Config);
        document["layers"] = new JsonArray(Descriptor(layer, Layer));
        document["subject"] = Descriptor(subject, subject.MediaType!);
        return Item.Manifest(Encoding.UTF8.GetBytes(document.ToJsonString()), Image, [layer]);
    }

    public static Item IndexOf(IReadOnlyList<Item> children)
    {
        var document = Document(Index, note: null);
        document["manifests"] = new JsonArray([.. children.Select(child => Descriptor(child, child.MediaType!))]);
        return Item.Manifest(Encoding.UTF8.GetBytes(document.ToJsonString()), Index, children);
    }

    private static JsonObject Document(string mediaType, string? note)
    {
        var document = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = mediaType };
        if (note is not null)
        {
            document["annotations"] = new JsonObject { ["org.example.soak"] = note };
        }

        return document;
    }

    private static JsonObject Descriptor(Item item, string mediaType) => new() { ["mediaType"] = mediaType, ["digest"] = item.Digest, ["size"] = item.Bytes.Length };
}
