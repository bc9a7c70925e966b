namespace Registry.Storage.Index;

// What checks and moves of stored objects have done so far, so that they go on after a stop. Nothing of it keeps content alive.

/// <summary>One check of index and bytes. One without an end is waiting, running, or goes on at the next start.</summary>
public sealed class CheckRow
{
    public long Id { get; set; }

    /// <summary>Who asked for it, or "schedule".</summary>
    public required string By { get; set; }

    /// <summary>Whether it reads every blob and compares its digest.</summary>
    public required bool Read { get; set; }

    /// <summary>Whether it mends what can be mended safely.</summary>
    public required bool Repair { get; set; }

    public required DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The step it is at; the last one when it has ended.</summary>
    public required string Step { get; set; }

    /// <summary>How far the step has come; each counts in its own way (ids, parts).</summary>
    public long Cursor { get; set; }

    /// <summary>What made it fail, in words; null while it goes well.</summary>
    public string? Error { get; set; }

    /// <summary>Manifests looked at.</summary>
    public long Manifests { get; set; }

    /// <summary>Stored objects compared with the index.</summary>
    public long Objects { get; set; }

    /// <summary>Blobs read.</summary>
    public long Blobs { get; set; }

    /// <summary>Bytes read.</summary>
    public long Bytes { get; set; }

    /// <summary>Bytes of all blobs when the reading began; 0 before that.</summary>
    public long BytesToRead { get; set; }
}

/// <summary>Something that a check saw. What is wrong with a blob stands in its row as well (<see cref="BlobRow.Finding"/>), until a push heals it.</summary>
public sealed class FindingRow
{
    public long Id { get; set; }

    public long CheckId { get; set; }

    /// <summary>missing, truncated, too long, wrong bytes, unreadable, unnamed, absent, manifest, edge or index.</summary>
    public required string Kind { get; set; }

    /// <summary>Empty where it is not about one.</summary>
    public required string Repository { get; set; }

    /// <summary>What it is about: a digest, a storage key, a folder, a line of the database's own check.</summary>
    public required string Name { get; set; }

    public required string Detail { get; set; }

    /// <summary>Bytes of the object or blob; 0 where it is about none.</summary>
    public long Size { get; set; }

    public required DateTimeOffset At { get; set; }

    /// <summary>What was done about it: reported, marked, condemned or mended.</summary>
    public required string Outcome { get; set; }
}

/// <summary>One move of all stored objects from one blob store to another.</summary>
public sealed class MoveRow
{
    public long Id { get; set; }

    public required string By { get; set; }

    public required string From { get; set; }

    public required string To { get; set; }

    public required DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public required string Step { get; set; }

    public string? Error { get; set; }

    /// <summary>Objects of blobs that the old store had when they were counted.</summary>
    public long Objects { get; set; }

    /// <summary>Bytes of those.</summary>
    public long Bytes { get; set; }

    public long MovedObjects { get; set; }

    public long MovedBytes { get; set; }

    /// <summary>Objects of blobs that could not be moved: their bytes are not right.</summary>
    public long Skipped { get; set; }

    /// <summary>Objects that are still in the old store: skipped ones, unfinished uploads, and what waits to be deleted.</summary>
    public long Left { get; set; }
}

/// <summary>A blob store that has, or may have, objects which the index names.</summary>
public sealed class StoreRow
{
    public required string Name { get; set; }

    public required DateTimeOffset Since { get; set; }
}
