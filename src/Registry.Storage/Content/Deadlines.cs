namespace Registry.Storage.Content;

/// <summary>When what was begun now is over: the time spans of <see cref="CollectionOptions"/> against the clock.</summary>
public sealed class Deadlines(TimeProvider time, CollectionOptions windows)
{
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>
    /// The end of a promise given now: L and a half, of which the half is slack. A yes renews the promise when less than L is
    /// left, so every yes holds for L at least and costs one write every half L at most (ADR 0008).
    /// </summary>
    public DateTimeOffset PromiseFromNow => Now + windows.Promise + windows.Promise / 2;

    public DateTimeOffset DrainFromNow => Now + windows.Drain;

    public DateTimeOffset UploadExpiryFromNow => Now + windows.UploadExpiry;

    /// <summary>Whether a yes said now needs a later end than this one; null, no end, needs none.</summary>
#if WITHOUT_PROMISE_RENEWAL
    public bool IsTooSoon(DateTimeOffset? keptUntil) => keptUntil is { } end && end < Now;
#else
    public bool IsTooSoon(DateTimeOffset? keptUntil) => keptUntil is { } end && end < Now + windows.Promise;
#endif

    /// <summary>A promise is never shortened, also when the clock is set back.</summary>
    public static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one is { } end && end > other ? end : other;
}
