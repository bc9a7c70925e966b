using System.Security.Cryptography;

namespace Registry.Clients.Tests.Images;

/// <summary>Digests as this project computes them, so that nothing a client or the registry says is taken on trust.</summary>
internal static class Digests
{
    public static string Sha256(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    /// <summary>The digests of a folder's files, of those whose name is <paramref name="pattern"/>, in order.</summary>
    public static IReadOnlyList<string> OfFiles(string folder, string pattern = "*") =>
        [.. Directory.EnumerateFiles(folder, pattern).Select(file => Sha256(File.ReadAllBytes(file))).Order(StringComparer.Ordinal)];
}
