namespace Registry.Soak.Promises;

/// <summary>Why content must be there until then, beyond what was said about the content itself.</summary>
/// <param name="Words">Goes on from "manifest GET": "as pinned".</param>
/// <param name="Until">Since the soak's start; <see cref="TimeSpan.MaxValue"/> for as long as the caller does nothing about it.</param>
internal sealed record Because(string Words, TimeSpan Until)
{
    public static Because PartUntil(TimeSpan until) => new("as part of a manifest", until);
}
