using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>
/// Tags named after the digest of the manifest that they are about: the referrers tag schema's and cosign's. They live and die
/// with that manifest, by the sweep; a policy neither counts nor removes them. Any suffix will do, so that a new kind of
/// signature is not removed because it is not known here yet.
/// </summary>
internal static class SignatureTags
{
    // The schema cuts longer hashes to this length too.
    private const int HexLength = 64;

    private static readonly string[] Prefixes = ["sha256-", "sha512-"];

    public static bool Is(string tag)
    {
        foreach (var prefix in Prefixes)
        {
            if (tag.Length >= prefix.Length + HexLength && tag.StartsWith(prefix, StringComparison.Ordinal))
            {
                return !tag.AsSpan(prefix.Length, HexLength).ContainsAnyExcept(Digest.LowerHex);
            }
        }

        return false;
    }
}
