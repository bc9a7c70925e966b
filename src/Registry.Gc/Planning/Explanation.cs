using Registry.Gc.Liveness;
using Registry.Gc.Retention;
using Registry.Storage.Model;

namespace Registry.Gc.Planning;

/// <summary>Why something is kept, until when, or when it goes; the times are the earliest ones, runs come later.</summary>
/// <param name="Tag">What the policy says of the tag; null where a digest was asked for.</param>
/// <param name="Tags">The ordinary tags of the manifest, each with what the policy says of it.</param>
/// <param name="Keepers">What keeps the manifest, by which paths, and until when its promise holds.</param>
/// <param name="GoesAt">When the sweep may remove the manifest at the earliest, as things are; null while something keeps it.</param>
/// <param name="Freed">What is freed in the end if the tag goes alone; with a digest, if all its tags go together; of a manifest that nothing keeps, when it goes. Nothing where others keep it.</param>
/// <param name="Words">The same for a person, a sentence each.</param>
public sealed record Explanation(
    RepositoryName Repository, Digest Digest, TagDecision? Tag, IReadOnlyList<TagDecision> Tags, ManifestKeepers Keepers, DateTimeOffset? GoesAt, FreedBytes Freed, IReadOnlyList<string> Words);
