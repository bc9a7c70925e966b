namespace Registry.Storage.Journal;

/// <summary>The times of an owner and of those that wait for its end. All follow from one.</summary>
/// <param name="After">
/// How long nothing is heard of an owner before a standby takes over. A standby waits for the longer one of its own and the owner's, which the owner shows.
/// </param>
public sealed record TakeoverTimes(TimeSpan After)
{
    public static readonly TakeoverTimes Default = new(TimeSpan.FromSeconds(10));

    /// <summary>How long an owner may answer after the bucket has confirmed it last: shorter than the others wait.</summary>
    public TimeSpan Lease => After * 0.8;

    /// <summary>Between two heartbeats.</summary>
    public TimeSpan Beat => After * 0.2;

    /// <summary>Between two looks of a standby.</summary>
    public TimeSpan Look => After * 0.1;
}
