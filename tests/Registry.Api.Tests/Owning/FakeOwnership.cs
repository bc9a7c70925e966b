using Registry.Storage.Journal;

namespace Registry.Api.Tests.Owning;

/// <summary>An ownership that a test takes from one phase to the next.</summary>
internal sealed class FakeOwnership : IOwnership
{
    private readonly TaskCompletionSource owned = new();
    private readonly TaskCompletionSource fenced = new();

    public bool IsHeld { get; set; }

    public OwnershipState State { get; private set; } = new(OwnershipPhase.Restoring, "restoring: 45 % of the snapshot", Owner: null, Term: 0, Problem: null);

    public Task Owned => owned.Task;

    public Task Fenced => fenced.Task;

    /// <summary>What was called, in order.</summary>
    public List<string> Calls { get; } = [];

    public void Start() => Calls.Add("start");

    public Task ReleaseAsync(CancellationToken cancellationToken)
    {
        Calls.Add("release");
        IsHeld = false;
        return Task.CompletedTask;
    }

    public void StandBy() => State = new(OwnershipPhase.Standby, "standby: another host owns the bucket", "another host", 7, Problem: null);

    public void Own()
    {
        State = new(OwnershipPhase.Owner, "owner", "this host", 8, Problem: null);
        IsHeld = true;
        owned.TrySetResult();
    }

    public void Fence()
    {
        State = new(OwnershipPhase.Fenced, "fenced: another host has taken over the bucket", "another host", 9, Problem: null);
        IsHeld = false;
        fenced.TrySetResult();
    }
}
