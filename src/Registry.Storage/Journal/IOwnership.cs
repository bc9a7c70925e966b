namespace Registry.Storage.Journal;

/// <summary>Whether this process owns what the registry's blobs and index are in. On a file system it does from the start on (<see cref="SoleOwner"/>).</summary>
public interface IOwnership
{
    /// <summary>It may answer, promise and write at this moment.</summary>
    bool IsHeld { get; }

    OwnershipState State { get; }

    /// <summary>Answers from the owner's former state may be given if the operator wants that (<see cref="StandbyOptions"/>), and nothing is written.</summary>
    bool IsStandby => State.Phase == OwnershipPhase.Standby;

    /// <summary>Completes when this process has become the owner.</summary>
    Task Owned { get; }

    /// <summary>Completes when it has ceased to be, for good, since another one has taken over.</summary>
    Task Fenced { get; }

    /// <summary>Begins to want it.</summary>
    void Start();

    /// <summary>Gives it up; the next one may take over at once. To be called when the last change is where it has to be.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);
}

/// <summary>Where a process stands with its bucket. It goes from one to the next, and never back.</summary>
public enum OwnershipPhase
{
    /// <summary>It makes its index from what the bucket has.</summary>
    Restoring,

    /// <summary>It follows another one's journal, and watches for its end.</summary>
    Standby,

    Owner,

    /// <summary>It was the owner, and another one has taken over. It must end.</summary>
    Fenced,
}

/// <param name="Phase">Where this process stands.</param>
/// <param name="Description">The same for people, with how far it is or who the owner is.</param>
/// <param name="Owner">Who owns the bucket, as far as is known.</param>
/// <param name="Term">The number of the owner's claim in the journal: it rises with each takeover. 0 while it is not known.</param>
/// <param name="Problem">Why the bucket could not be asked the last time; null if it could.</param>
public sealed record OwnershipState(OwnershipPhase Phase, string Description, string? Owner, long Term, string? Problem);
