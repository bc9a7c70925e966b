using System.Buffers;
using System.Security.Cryptography;

namespace Registry.Storage.Model;

/// <summary>
/// An algorithm and a hash, <c>sha256:&lt;64 hex&gt;</c> or <c>sha512:&lt;128 hex&gt;</c>, lower case
/// (OCI image specification, "Digests"). <c>default</c> is not a digest and prints so.
/// </summary>
public readonly record struct Digest
{
    /// <summary>Twelve characters of a sha256, with its name.</summary>
    private const int ShortLength = 19;

    internal static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private readonly string? text;

    private Digest(string text) => this.text = text;

    public bool IsValid => text is not null;

    /// <summary>The registered name of the algorithm, for example <c>sha256</c>.</summary>
    public DigestAlgorithm Algorithm
    {
        get
        {
            var colon = text?.IndexOf(':') ?? throw new InvalidOperationException("default(Digest) has no algorithm.");
            return DigestAlgorithm.Find(text[..colon])!;
        }
    }

    /// <summary>The beginning of a digest, for people: enough to tell it from the others of a table.</summary>
    public static string Shorten(string digest) => digest.Length > ShortLength ? digest[..ShortLength] : digest;

    public static bool TryParse(string? value, out Digest digest)
    {
        digest = default;
        if (value is null)
        {
            return false;
        }

        foreach (var algorithm in DigestAlgorithm.All)
        {
            if (value.Length == algorithm.Name.Length + 1 + algorithm.HexLength
                && value.StartsWith(algorithm.Name, StringComparison.Ordinal)
                && value[algorithm.Name.Length] == ':'
                && !value.AsSpan(algorithm.Name.Length + 1).ContainsAnyExcept(LowerHex))
            {
                digest = new Digest(value);
                return true;
            }
        }

        return false;
    }

    /// <exception cref="FormatException">The value is not a digest in a supported algorithm.</exception>
    public static Digest Parse(string value) =>
        TryParse(value, out var digest) ? digest : throw new FormatException($"'{value}' is not a sha256 or sha512 digest.");

    public static Digest FromHash(DigestAlgorithm algorithm, ReadOnlySpan<byte> hash) =>
        new($"{algorithm.Name}:{Convert.ToHexStringLower(hash)}");

    public static Digest Of(DigestAlgorithm algorithm, ReadOnlySpan<byte> bytes) =>
        FromHash(algorithm, CryptographicOperations.HashData(algorithm.Hash, bytes));

    public override string ToString() => text ?? "(no digest)";
}

/// <summary>The algorithms that the OCI image specification registers and .NET has: sha256 and sha512.</summary>
public sealed record DigestAlgorithm(string Name, HashAlgorithmName Hash, int HexLength)
{
    public static readonly DigestAlgorithm Sha256 = new("sha256", HashAlgorithmName.SHA256, 64);
    public static readonly DigestAlgorithm Sha512 = new("sha512", HashAlgorithmName.SHA512, 128);

    public static IReadOnlyList<DigestAlgorithm> All { get; } = [Sha256, Sha512];

    public static DigestAlgorithm? Find(string name) => All.FirstOrDefault(a => a.Name == name);
}
