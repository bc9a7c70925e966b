namespace Registry.Storage.Journal;

/// <summary>The owner of a data directory on a file system: the lock on the directory sees to it that there is one, from the start to the end.</summary>
public sealed class SoleOwner : IOwnership
{
    public bool IsHeld => true;

    public OwnershipState State { get; } = new(OwnershipPhase.Owner, "owner of its data directory", Owner: null, Term: 0, Problem: null);

    public Task Owned => Task.CompletedTask;

    public Task Fenced { get; } = new TaskCompletionSource().Task;

    public void Start()
    {
        // It is the owner already.
    }

    public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
