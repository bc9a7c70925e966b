using System.ComponentModel;

namespace Registry.Storage.Journal;

/// <summary>How the index is kept in the bucket, where blobs are in one (section <c>Registry:Index</c>).</summary>
public sealed record IndexOptions
{
    [Description("When a copy of the whole index is written to the bucket, as a Quartz cron expression in UTC (seconds first); nothing is written where nothing has changed.")]
    public string SnapshotSchedule { get; init; } = "0 23 * * * ?";

    [Description("After so many objects of the journal a copy is written even so: a start on an empty disk reads them one by one.")]
    public int SnapshotAfter { get; init; } = 10_000;

    [Description("How many of the newest copies stay, with the journal since the oldest of them.")]
    public int KeepSnapshots { get; init; } = 2;

    [Description("How long nothing is heard of the owner of the bucket before a standby takes over. Shorter is sooner, and needs a bucket that answers in a fifth of it.")]
    public TimeSpan TakeoverAfter { get; init; } = TakeoverTimes.Default.After;

    [Description("Whether a standby answers pulls from its copy of the index, which may be some seconds behind; its answers say so (Warning: 110).")]
    public bool StandbyReads { get; init; }
}
