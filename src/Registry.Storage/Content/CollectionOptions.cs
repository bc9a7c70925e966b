using System.ComponentModel;

namespace Registry.Storage.Content;

/// <summary>The time spans that decide how long something lives which nothing names (section <c>Registry:Collection</c>).</summary>
public sealed record CollectionOptions
{
    /// <summary>L: how long content stays readable after the registry last said yes for it (ADR 0008).</summary>
    [Description("How long content stays readable after the registry last said yes for it, whatever is deleted around it.")]
    public TimeSpan Promise { get; init; } = TimeSpan.FromHours(24);

    /// <summary>From the end of a manifest's last tag, parent or promise until it goes.</summary>
    [Description("How long a manifest stays after its last tag, parent or promise went.")]
    public TimeSpan UntaggedAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>From a stored object being condemned until its bytes are deleted: longer than any reader of it takes.</summary>
    [Description("From an object having lost its last name until its bytes are deleted: longer than the slowest download takes.")]
    public TimeSpan Drain { get; init; } = TimeSpan.FromHours(1);

    /// <summary>From the last byte of an unfinished upload session until it is cancelled.</summary>
    [Description("From the last byte of an unfinished upload until it is cancelled.")]
    public TimeSpan UploadExpiry { get; init; } = TimeSpan.FromHours(24);

    /// <summary>From a host's report of what it runs until its pins no longer hold.</summary>
    [Description("How long what a host has reported to run is kept for it; a new report begins it anew.")]
    public TimeSpan PinExpiry { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long ended runs, receipts, applied plans, pulls by day, samples, and the history of tags whose manifest is gone are remembered.</summary>
    [Description("How long receipts, runs, plans, pulls by day and the history of tags whose manifest is gone are remembered.")]
    public TimeSpan KeepRecords { get; init; } = TimeSpan.FromDays(90);

    /// <summary>In what time the whole blob store is compared with the index, part by part, run by run.</summary>
    [Description("In what time the whole of the stored objects is compared with the index, some of them in each run.")]
    public TimeSpan ReconcileEvery { get; init; } = TimeSpan.FromDays(7);

    /// <summary>When the collection runs by itself; Quartz's cron form, in UTC.</summary>
    [Description("When the collection runs, as a cron expression of six fields from seconds on, in UTC; the default is every hour.")]
    public string Schedule { get; init; } = "0 7 * * * ?";

    /// <summary>A file with the retention policy, read at the start; empty: the policy is set by the API.</summary>
    [Description("A file with the retention policy, read at every start. Without one the policy is set by API or command, and kept in the index.")]
    public string PolicyFile { get; init; } = "";
}
