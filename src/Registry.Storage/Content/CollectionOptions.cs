namespace Registry.Storage.Content;

/// <summary>The time spans that decide how long something lives which nothing names (section <c>Registry:Collection</c>).</summary>
public sealed record CollectionOptions
{
    /// <summary>L: how long content stays readable after the registry last said yes for it (design, section 4).</summary>
    public TimeSpan Promise { get; init; } = TimeSpan.FromHours(24);

    /// <summary>From a stored object being condemned until its bytes are deleted: longer than any reader of it takes.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromHours(1);

    /// <summary>From the last byte of an unfinished upload session until it is cancelled.</summary>
    public TimeSpan UploadExpiry { get; init; } = TimeSpan.FromHours(24);
}
