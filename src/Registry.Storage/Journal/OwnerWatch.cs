namespace Registry.Storage.Journal;

/// <summary>
/// A standby's watch over the owner. Signs of its life are a changed object <c>owner</c>, whatever is in it, and a longer journal; no clock but the
/// standby's own monotonic one counts.
/// </summary>
internal sealed class OwnerWatch(TimeProvider time, OwnerIdentity me, TakeoverTimes times)
{
    /// <summary>That nobody can be kept waiting for ever by what an object says.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private (OwnerReading Owner, long Number) last;
    private long? signAt;

    /// <summary>Whether the next object of the journal may be claimed, after a look at the journal and then at <c>owner</c>.</summary>
    /// <param name="begun">The timestamp before that look.</param>
    /// <param name="seen">What <c>owner</c> says.</param>
    /// <param name="number">The number of the journal's last object.</param>
    /// <param name="term">The number of the newest claim in it.</param>
    public bool MayTakeOver(long begun, OwnerReading seen, long number, long term)
    {
        // The journal's number, and not what this look has brought in: a look may have failed between the journal and the owner.
        if (signAt is null || number != last.Number || !seen.HasSameBytes(last.Owner))
        {
            (last, signAt) = ((seen, number), time.GetTimestamp());
        }

        return IsFree(seen, number, term) || time.GetElapsedTime(signAt.Value, begun) >= PatienceWith(seen.Owner);
    }

    /// <summary>There is no owner, and it need not be waited for one.</summary>
    private bool IsFree(OwnerReading seen, long number, long term) =>
        seen.Bytes is null ? number == 0
        // A former owner may have hidden the owner's object behind a late one of its own. The journal knows of a later claim then.
        : seen.Owner is { } owner && owner.Term == term && (owner.Released == number || owner.Instance == me.Instance);

    /// <summary>Longer than the owner's lease, also where that one has other settings: by then it has none, wherever it was stopped.</summary>
    private TimeSpan PatienceWith(OwnerObject? owner) => owner?.TakeoverAfter is { } theirs && theirs > times.After ? theirs < Longest ? theirs : Longest : times.After;
}
