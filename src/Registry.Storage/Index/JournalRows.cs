namespace Registry.Storage.Index;

// What this index knows of its journal. The tables are of this disk only: they are not journaled themselves.

/// <summary>The one row that says what of the journal is in this index; none: it has no journal.</summary>
public sealed class JournalPositionRow
{
    public const int TheOne = 1;

    public int Id { get; set; }

    /// <summary>Which journal it is: made up when the journal begins, so that two buckets are not taken for one.</summary>
    public required string Lineage { get; set; }

    /// <summary>The last object of the journal that is in the index; they are counted from 1.</summary>
    public long Number { get; set; }

    /// <summary>The object by which the owner took over whose changes are the last ones.</summary>
    public long Term { get; set; }

    /// <summary>The last change of that term that is in the index; they are counted from 1.</summary>
    public long Sequence { get; set; }

    /// <summary>Whether the last changes were made here, so that none of them can be missing.</summary>
    public bool IsWriter { get; set; }

    /// <summary>Whether the owner has given the journal up with everything in it, so that none of its changes can be missing.</summary>
    public bool IsReleased { get; set; }

    /// <summary>Promises that a former owner may have given without a trace hold until then; null: there are none.</summary>
    public DateTimeOffset? PromisedUntil { get; set; }
}

/// <summary>An object of the journal by which a process took over.</summary>
public sealed class JournalClaimRow
{
    public long Number { get; set; }
}

/// <summary>A change that is committed here and not in the journal yet.</summary>
public sealed class PendingChangeRow
{
    /// <summary>Of the position's term.</summary>
    public long Sequence { get; set; }

    public required byte[] Changes { get; set; }
}
