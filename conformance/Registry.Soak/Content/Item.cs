using System.Security.Cryptography;

namespace Registry.Soak.Content;

/// <summary>A blob or a manifest of the soak: the bytes, the digest that names them, and what they need.</summary>
/// <param name="MediaType">Of a manifest; null for a blob.</param>
/// <param name="Edges">What a manifest names, each once.</param>
internal sealed record Item(string Digest, byte[] Bytes, string? MediaType, IReadOnlyList<Item> Edges)
{
    /// <summary>False for what one client makes for itself, and may delete.</summary>
    public bool IsShared { get; init; } = true;

    public bool IsManifest => MediaType is not null;

    /// <summary>The resource below the repository.</summary>
    public string Resource => $"{(IsManifest ? "manifests" : "blobs")}/{Digest}";

    public string Kind => IsManifest ? "manifest" : "blob";

    public static Item Blob(byte[] bytes) => new(DigestOf(bytes), bytes, null, []);

    public static Item Manifest(byte[] bytes, string mediaType, IEnumerable<Item> edges) => new(DigestOf(bytes), bytes, mediaType, [.. edges.DistinctBy(edge => edge.Digest)]);

    public static string DigestOf(ReadOnlySpan<byte> bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
}
