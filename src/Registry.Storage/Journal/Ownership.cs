using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Journal;

/// <summary>
/// A process on a bucket: it restores its index, follows the owner as a standby, takes over when the owner has gone, and from then on shows that it lives,
/// until it is stopped or finds that it was taken over from. Who the owner is the journal decides, by the number that only one can write (ADR 0013);
/// <c>owner</c> says when to try. docs/model/ownership.pml has the steps.
/// </summary>
public sealed class Ownership(OwnerBoard board, IFollowedIndex index, Lease lease, TimeProvider time, ILogger<Ownership> log) : IOwnership, IDisposable
{
    /// <summary>After a heartbeat that failed.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(0.5);

    /// <summary>With a claim that has to be confirmed, which is a few requests: a dead connection must not keep the owner from a bucket that is there again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly OwnerWatch watch = new(time, board.Me, lease.Times);
    private readonly TaskCompletionSource owned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource fenced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private readonly RestoreWords words = new();
    private Meter? meter;
    private volatile OwnershipState state = new(OwnershipPhase.Restoring, "restoring", Owner: null, Term: 0, Problem: null);
    private Func<CancellationToken, Task<TimeSpan>>? next;
    private Task running = Task.CompletedTask;

    /// <summary>Of this process's claim; 0 before it has one.</summary>
    private long term;

    public bool IsHeld => state.Phase == OwnershipPhase.Owner && lease.IsHeld;

    public OwnershipState State => state.Phase == OwnershipPhase.Restoring ? state with { Description = words.Current } : state;

    public Task Owned => owned.Task;

    public Task Fenced => fenced.Task;

    /// <summary>Begins, and goes on by itself until <see cref="ReleaseAsync"/>.</summary>
    public void Start()
    {
        meter = StorageTelemetry.ObserveOwnership(() => IsHeld, () => index.Number);
        running = Task.Run(() => RunAsync(stopping.Token));
    }

    /// <summary>
    /// Gives the bucket up. Nothing is answered or written from now on; if this process is the owner, the next one takes over at once. To be called when
    /// the last change is in the journal.
    /// </summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await running;
        var held = IsHeld;
        lease.Lose();
        if (!held)
        {
            // Not the owner, or perhaps no more: the others wait as for one that was killed.
            return;
        }

        try
        {
            await index.ReleaseAsync(cancellationToken);
            await board.ReleaseAsync(term, index.Number, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            log.LogWarning("The bucket could not be given up ({Reason}); the next owner waits for {Seconds} s.", e.Message, lease.Times.After.TotalSeconds);
        }
    }

    public void Dispose()
    {
        meter?.Dispose();
        stopping.Dispose();
    }

    /// <summary>One look or one heartbeat; returns how long to wait before the next one.</summary>
    internal async Task<TimeSpan> StepAsync(CancellationToken cancellationToken)
    {
        next ??= OpenAsync;
        try
        {
            var pause = await next(cancellationToken);
            state = state with { Problem = null };
            return pause;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (state.Problem != e.Message)
            {
                log.LogWarning(e is IOException ? null : e, "The bucket could not be asked ({Phase}): {Reason} It is tried again.", state.Phase, e.Message);
            }

            state = state with { Problem = e.Message };
            return term == 0 ? lease.Times.Look : Again;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (state.Phase != OwnershipPhase.Fenced)
            {
                await Task.Delay(await StepAsync(cancellationToken), time, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task<TimeSpan> OpenAsync(CancellationToken cancellationToken)
    {
        await index.OpenAsync(words, cancellationToken);
        await index.CatchUpAsync(words, cancellationToken);
        next = LookAsync;
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan> LookAsync(CancellationToken cancellationToken)
    {
        // First the journal, then the owner: who has claimed the journal, and shows that afterwards, is seen in one or the other.
        var begun = time.GetTimestamp();
        await index.CatchUpAsync(words, cancellationToken);
        var seen = await board.ReadAsync(cancellationToken);
        state = new(OwnershipPhase.Standby, $"standby: {WhoIs(seen)} owns the bucket", seen.Owner?.Who, seen.Owner?.Term ?? 0, state.Problem);
        if (!watch.MayTakeOver(begun, seen, index.Number, index.Term) || !await index.TryTakeOverAsync(board.Me.Who, cancellationToken))
        {
            return lease.Times.Look;
        }

        term = index.Term;
        next = ShowAsync;
        return TimeSpan.Zero;
    }

    /// <summary>
    /// The journal has this process's claim. Before it answers anything it shows that, and then confirms the claim in the journal: it may have been stopped
    /// since, or have renewed many promises, and somebody who has waited for long enough may have claimed the next number.
    /// </summary>
    private async Task<TimeSpan> ShowAsync(CancellationToken cancellationToken)
    {
        if (!await TryBeatAsync(mayProlong: () => false, cancellationToken))
        {
            return TimeSpan.Zero;
        }

        var before = state.Owner;
        state = new(OwnershipPhase.Owner, "owner", board.Me.Who, term, Problem: null);
        next = BeatAsync;
        log.LogInformation("{Who} owns the bucket now, by number {Term} of the journal; before it was {Before}.", board.Me.Who, term, before ?? "nobody");
        owned.TrySetResult();
        return lease.Times.Beat;
    }

    private async Task<TimeSpan> BeatAsync(CancellationToken cancellationToken)
    {
        var asked = lease.Now();
        await TryBeatAsync(() => lease.TryProlong(asked), cancellationToken);
        return lease.Times.Beat;
    }

    /// <summary>Looks before it writes. False: somebody else is the owner.</summary>
    /// <param name="mayProlong">Whether the heartbeat alone is enough, asked when it is written.</param>
    private async Task<bool> TryBeatAsync(Func<bool> mayProlong, CancellationToken cancellationToken)
    {
        if (lease.IsLost)
        {
            return await FenceAsync(cancellationToken);
        }

        var seen = await board.ReadAsync(cancellationToken);
        if (seen.Owner?.Term > term)
        {
            return Fence(seen);
        }

        await board.BeatAsync(term, cancellationToken);
        // An owner that is another one, cannot be read or is gone proves nothing: then the journal has to say whose it is.
        if (seen.Owner?.Instance == board.Me.Instance && seen.Owner.Term == term && mayProlong())
        {
            return true;
        }

        var asked = lease.Now();
        // Whether it took effect in spite of no answer the next try sees.
        if (await Asking.WithPatienceAsync(index.TryConfirmAsync, Patience, time, cancellationToken))
        {
            lease.Confirm(asked);
            return true;
        }

        lease.Lose();
        return await FenceAsync(cancellationToken);
    }

    /// <summary>Who it was is worth a look, and no more than that.</summary>
    private async Task<bool> FenceAsync(CancellationToken cancellationToken)
    {
        try
        {
            return Fence(await board.ReadAsync(cancellationToken));
        }
        catch (IOException)
        {
            return Fence(seen: default);
        }
    }

    private bool Fence(OwnerReading seen)
    {
        lease.Lose();
        var who = seen.Owner?.Term > term ? seen.Owner.Who : "another registry";
        state = new(OwnershipPhase.Fenced, $"fenced: {who} has taken over the bucket", who, seen.Owner?.Term ?? 0, Problem: null);
        log.LogCritical("{Who} has taken over the bucket from {Me}, which ends now. Nothing that was acknowledged is lost.", who, board.Me.Who);
        fenced.TrySetResult();
        return false;
    }

    private static string WhoIs(OwnerReading seen) => seen.Owner?.Who ?? (seen.Bytes is null ? "nobody" : "somebody who cannot be read");
}
