namespace Registry.Gc.Liveness;

public enum KeeperKind
{
    /// <summary>A tag names it. A root: nothing else has to keep the tag.</summary>
    Tag,

    /// <summary>A host has pinned its digest. A root too.</summary>
    Pin,

    /// <summary>An index has it as a child.</summary>
    Index,

    /// <summary>It is a referrer of its subject.</summary>
    Subject,

    /// <summary>A tag named after the digest of another manifest names it; it lives as long as that one.</summary>
    SignatureTag,
}

/// <summary>One step of a path: what keeps the manifest before it.</summary>
/// <param name="Name">The tag, or the pin's host; null for an index and a subject.</param>
/// <param name="Digest">Of a tag or a pin the manifest that it names; else the manifest that keeps, which has a step of its own after it.</param>
public sealed record KeptBy(KeeperKind Kind, string? Name, string Digest);

/// <summary>Why a manifest lives, as far as it does.</summary>
/// <param name="Paths">
/// From the manifest to a root, the shortest first: a tag or a pin is the last step of each, and of those that end at the same one the
/// shortest is given. Empty: nothing keeps it.
/// </param>
/// <param name="More">How many further roots keep it.</param>
/// <param name="UnreferencedSince">As its row has it: null while a tag or an index names it, even one that nothing keeps.</param>
/// <param name="KeptUntil">As its row has it: the end of its promise.</param>
public sealed record ManifestKeepers(
    string Digest, IReadOnlyList<IReadOnlyList<KeptBy>> Paths, long More, DateTimeOffset? UnreferencedSince, DateTimeOffset? KeptUntil);
