using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>What is known of a tag when a policy is asked about it.</summary>
/// <param name="PushedAt">The last push by this tag, also one that did not move it.</param>
/// <param name="LastPulledAt">The last HEAD, GET or 304, by the tag or by its digest; null if there was none.</param>
/// <param name="IsPinned">Whether a pin that is not over holds its digest.</param>
public sealed record TagFacts(Tag Name, Digest Digest, DateTimeOffset PushedAt, DateTimeOffset? LastPulledAt, bool IsPinned)
{
    /// <summary>The last pull, or the last push if that was later: a push counts as a pull.</summary>
    public DateTimeOffset LastUsedAt => LastPulledAt is { } pulled && pulled > PushedAt ? pulled : PushedAt;
}
