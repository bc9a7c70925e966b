using Registry.Storage.Model;

namespace Registry.Gc.Sweeping;

/// <summary>
/// Tags that are about a manifest and named after its digest (distribution specification, "Referrers Tag Schema"; cosign's
/// <c>.sig</c>, <c>.att</c>, <c>.sbom</c>).
/// </summary>
internal static class SignatureTag
{
    /// <summary>The digest of the subject; null where the tag is an ordinary one, or where its subject cannot be told.</summary>
    public static string? SubjectOf(string tag)
    {
        var dash = tag.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || DigestAlgorithm.Find(tag[..dash]) is not { } algorithm)
        {
            return null;
        }

        // The schema cuts the hash of a long digest to 64 characters: such a tag names no subject for certain, and stays.
        var rest = tag.AsSpan(dash + 1);
        return rest.Length >= algorithm.HexLength && (rest.Length == algorithm.HexLength || rest[algorithm.HexLength] == '.')
            && Digest.TryParse($"{algorithm.Name}:{rest[..algorithm.HexLength]}", out var digest)
            ? digest.ToString()
            : null;
    }
}
