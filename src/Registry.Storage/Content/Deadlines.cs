namespace Registry.Storage.Content;

/// <summary>When what was begun now is over: the time spans of <see cref="CollectionOptions"/> against the clock.</summary>
public sealed class Deadlines(TimeProvider time, CollectionOptions options)
{
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>From when it is given to its end.</summary>
    public static TimeSpan LongestPromise(CollectionOptions options) => options.Promise + options.Promise / 2;

    /// <summary>
    /// The end of a promise given now: L and a half, of which the half is slack. A yes renews the promise when less than L and a
    /// quarter is left, so every yes holds for L from its arrival, however long it is on its way, and costs one write every
    /// quarter L at most (ADR 0008).
    /// </summary>
    public DateTimeOffset PromiseFromNow => Now + LongestPromise(options);

    public DateTimeOffset DrainFromNow => Now + options.Drain;

    public DateTimeOffset UploadExpiryFromNow => Now + options.UploadExpiry;

    /// <summary>Whether a yes said now needs a later end than this one; null, no end, needs none.</summary>
#if WITHOUT_PROMISE_RENEWAL
    public bool IsTooSoon(DateTimeOffset? keptUntil) => keptUntil is { } end && end < Now;
#else
    public bool IsTooSoon(DateTimeOffset? keptUntil) => keptUntil is { } end && end < Now + options.Promise + options.Promise / 4;
#endif

    /// <summary>A promise is never shortened, also when the clock is set back.</summary>
    public static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one is { } end && end > other ? end : other;
}
