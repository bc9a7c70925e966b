using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Registry.Conformance.Target;

/// <summary>Bytes with the digest that names them: a blob or a manifest of the suite.</summary>
internal sealed record Blob(byte[] Bytes, string Digest)
{
    public static Blob Random(int size = 2048) => Of(RandomNumberGenerator.GetBytes(size));

    public static Blob Random512(int size = 2048) => Of512(RandomNumberGenerator.GetBytes(size));

    public static Blob Of(byte[] bytes) => new(bytes, $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}");

    public static Blob Of512(byte[] bytes) => new(bytes, $"sha512:{Convert.ToHexStringLower(SHA512.HashData(bytes))}");

    /// <summary>The manifest as it goes over the wire: indented, so that a registry that writes it anew is found out.</summary>
    public static Blob Of(JsonObject manifest) => Of(Encoding.UTF8.GetBytes(manifest.ToString()));

    public static Blob Of512(JsonObject manifest) => Of512(Encoding.UTF8.GetBytes(manifest.ToString()));

    public JsonObject Descriptor(string mediaType) => new() { ["mediaType"] = mediaType, ["digest"] = Digest, ["size"] = Bytes.Length };
}
