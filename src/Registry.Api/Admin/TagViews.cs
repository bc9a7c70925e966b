using Registry.Storage.Content;

namespace Registry.Api.Admin;

/// <summary>A tag, as the API shows it. Sizes are bytes.</summary>
/// <param name="PushedAt">The last push by this tag, also one that did not move it.</param>
/// <param name="PushedBy">Who made it point where it does.</param>
/// <param name="LastPulledAt">The last HEAD, GET or 304, by the tag or by its digest.</param>
/// <param name="Size">What a pull of it takes, everything once.</param>
/// <param name="ExclusiveBytes">What is freed in the end if this tag alone goes.</param>
/// <param name="Platform">For example <c>linux/amd64, linux/arm64/v8</c>; empty: it has none.</param>
internal sealed record TagView(
    string Name, string Digest, string MediaType, string? ArtifactType, DateTimeOffset PushedAt, string? PushedBy, DateTimeOffset? LastPulledAt,
    long Size, long ExclusiveBytes, string Platform);

/// <summary>Some tags of a repository.</summary>
/// <param name="Next">Give it as <c>after</c> for the next page; null at the end.</param>
/// <param name="Total">How many match on all pages.</param>
internal sealed record TagPage(string Repository, IReadOnlyList<TagView> Tags, string? Next, long Total);

/// <summary>What a tag pointed to, from when to when.</summary>
/// <param name="To">Null: it still does.</param>
/// <param name="Restorable">The manifest is still there.</param>
/// <param name="RestorableUntil">From then on the collection may remove it; null while something names it, or where it has gone.</param>
internal sealed record TagHistoryView(
    long Id, string Digest, DateTimeOffset From, string FromBy, DateTimeOffset? To, string? ToBy, string? ToReason, bool Restorable, DateTimeOffset? RestorableUntil)
{
    public static TagHistoryView Of(TagHistoryLine line) =>
        new(line.Id, line.Digest, line.From, line.FromBy, line.To, line.ToBy, line.ToReason, line.IsThere, line.ThereUntil);
}

/// <summary>What a tag can be given back.</summary>
/// <param name="LostAt">When it was moved or went, by whom and why.</param>
/// <param name="RestorableUntil">From then on the collection may remove the manifest; null while something else names it.</param>
internal sealed record RestorableTagView(long Id, string Tag, string Digest, DateTimeOffset LostAt, string? LostBy, string? Reason, DateTimeOffset? RestorableUntil)
{
    public static RestorableTagView Of(RestorableTag line) => new(line.Id, line.Tag, line.Digest, line.LostAt, line.LostBy, line.Reason, line.ThereUntil);
}

/// <summary>What is to be restored: exactly one of <paramref name="Digest"/> and <paramref name="At"/>.</summary>
/// <param name="Digest">Any manifest of the repository.</param>
/// <param name="At">A time, <c>2026-01-31T12:00:00Z</c>: to what the tag pointed to then.</param>
internal sealed record RestoreRequest(string? Repository, string? Tag, string? Digest, string? At);

/// <summary>The tag is where it was asked to be.</summary>
/// <param name="Before">What it pointed to before; null if it was gone.</param>
/// <param name="Changed">False: it pointed there already.</param>
/// <param name="WasInHistory">False: this tag had never pointed there.</param>
internal sealed record RestoredView(string Repository, string Tag, string Digest, string? Before, bool Changed, bool WasInHistory);
