using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>
/// What a tag must point to for a push to move it (RFC 9110, section 13.1): decided in the transaction that moves it, so of
/// N pushes that race with the same condition exactly one wins.
/// </summary>
/// <param name="MustBe">If-Match: the tag points to one of these; null for no condition.</param>
/// <param name="MustExist">If-Match: *.</param>
/// <param name="MustNotBe">If-None-Match: the tag points to none of these; null for no condition.</param>
/// <param name="MustNotExist">If-None-Match: *.</param>
public sealed record TagCondition(IReadOnlyList<Digest>? MustBe, bool MustExist, IReadOnlyList<Digest>? MustNotBe, bool MustNotExist)
{
    public static readonly TagCondition None = new(null, false, null, false);

    /// <summary>Why a tag that points to <paramref name="current"/> (null: there is none) may not be moved; null if it may.</summary>
    public string? Refusal(string tag, Digest? current)
    {
        var allowed = (!MustExist || current is not null)
            && (MustBe is null || current is { } c && MustBe.Contains(c))
            && (!MustNotExist || current is null)
            && (MustNotBe is null || current is not { } d || !MustNotBe.Contains(d));
        return allowed ? null : current is null
            ? $"The tag '{tag}' does not exist, so the condition does not hold. Nothing was changed."
            : $"The tag '{tag}' points to {current}, so the condition does not hold. Nothing was changed; look at what is there and try again.";
    }
}
