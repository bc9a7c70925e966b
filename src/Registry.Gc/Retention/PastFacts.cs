using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>What a tag pointed to, from when to when. A push that did not move it begins a new period too, where it is known.</summary>
/// <param name="To">When it was moved or deleted; null if it points there still.</param>
public sealed record TagPeriod(Tag Tag, Digest Digest, DateTimeOffset From, DateTimeOffset? To)
{
    public bool Contains(DateTimeOffset time) => From <= time && (To is null || time < To);
}

/// <summary>A HEAD, a GET or a 304 of a manifest.</summary>
/// <param name="Tag">Null if it was asked for by its digest.</param>
public sealed record PastPull(Tag? Tag, Digest Digest, DateTimeOffset At);

/// <summary>A removal that a policy would have made.</summary>
/// <param name="Reasons">All of that time, the deciding one first.</param>
/// <param name="Missed">The pulls after it that would have found nothing, in order of time. Empty: nobody would have noticed.</param>
public sealed record PastRemoval(TagPeriod Period, DateTimeOffset At, IReadOnlyList<Reason> Reasons, IReadOnlyList<PastPull> Missed);
