namespace Registry.Storage.Index;

// What the registry remembers of its own doing. Nothing of it keeps content alive; it is forgotten after Registry:Collection:KeepRecords.

/// <summary>One run of the collection, with what it has done so far. A removal's receipts carry its id.</summary>
public sealed class RunRow
{
    public long Id { get; set; }

    /// <summary>Who asked for it, or "schedule".</summary>
    public required string By { get; set; }

    public required DateTimeOffset StartedAt { get; set; }

    /// <summary>Null while it runs, or where the process was killed while it ran.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The step it is at; the last one when it has ended.</summary>
    public required string Step { get; set; }

    /// <summary>What made it fail, in words; null while it goes well.</summary>
    public string? Error { get; set; }

    public long Tags { get; set; }

    public long Manifests { get; set; }

    public long Links { get; set; }

    public long Uploads { get; set; }

    public long Repositories { get; set; }

    /// <summary>Stored objects that the slow comparison with the blob store found without a name.</summary>
    public long Unnamed { get; set; }

    /// <summary>Blobs that it found without their bytes.</summary>
    public long Missing { get; set; }

    /// <summary>Objects that lost their last name in this run; their bytes go when the drain time is over.</summary>
    public long CondemnedObjects { get; set; }

    /// <summary>Bytes of those objects.</summary>
    public long CondemnedBytes { get; set; }

    /// <summary>Of the condemned objects those whose bytes are gone; goes on growing after the run has ended.</summary>
    public long Objects { get; set; }

    /// <summary>Bytes of those objects.</summary>
    public long FreedBytes { get; set; }

    /// <summary>Of the condemned objects those whose delete fails, as of the last try; they are tried again and again.</summary>
    public long FailedObjects { get; set; }
}

/// <summary>A removal, written in the transaction that makes it. Never changed.</summary>
public sealed class ReceiptRow
{
    public long Id { get; set; }

    public required DateTimeOffset At { get; set; }

    /// <summary>tag, manifest, link, repository or object.</summary>
    public required string Kind { get; set; }

    public string? Repository { get; set; }

    /// <summary>What was removed: the tag, the digest, the upload session or the storage key.</summary>
    public required string Name { get; set; }

    public string? Digest { get; set; }

    /// <summary>Bytes that are free because of it: none but an object's.</summary>
    public required long FreedBytes { get; set; }

    public required string Reason { get; set; }

    /// <summary>The rule of the policy that decided; null where none did.</summary>
    public string? Rule { get; set; }

    /// <summary>The plan that listed it.</summary>
    public long? PlanId { get; set; }

    public required string By { get; set; }

    public long? RunId { get; set; }

    /// <summary>What became of an object's delete: deleted or failed. A failed one is tried again, and has another receipt when it is deleted.</summary>
    public string? Result { get; set; }
}

/// <summary>A manifest was pulled on a day, at last at this time: by this tag, or by its digest.</summary>
public sealed class PullRow
{
    public long RepositoryId { get; set; }

    /// <summary>Days since 1970-01-01, UTC.</summary>
    public int Day { get; set; }

    /// <summary>The day of a time.</summary>
    public static int DayOf(DateTimeOffset time) => (int)(time - DateTimeOffset.UnixEpoch).TotalDays;

    /// <summary>Empty: by its digest.</summary>
    public required string Tag { get; set; }

    public required string Digest { get; set; }

    public required DateTimeOffset At { get; set; }
}

/// <summary>How much was stored at a time, to see how it grows.</summary>
public sealed class StorageSampleRow
{
    public required DateTimeOffset At { get; set; }

    /// <summary>Bytes of all stored objects.</summary>
    public required long StoredBytes { get; set; }

    /// <summary>Bytes of those that a blob names.</summary>
    public required long NamedBytes { get; set; }
}

/// <summary>
/// The one row of running totals. Triggers of the database keep it, in the transaction of whatever changes them: a sum over ten
/// million rows takes seconds, and every upload asks.
/// </summary>
public sealed class TotalsRow
{
    public const int TheOne = 1;

    public int Id { get; set; }

    public long Blobs { get; set; }

    public long BlobBytes { get; set; }

    public long CondemnedBytes { get; set; }

    /// <summary>Bytes acknowledged of unfinished uploads.</summary>
    public long UploadBytes { get; set; }

    /// <summary>Bytes of all stored objects that the index knows.</summary>
    public long StoredBytes => BlobBytes + CondemnedBytes + UploadBytes;
}

/// <summary>When a part of the blob store was last compared with the index.</summary>
public sealed class ComparedRow
{
    /// <summary>The two hex digits that are the folder of its storage keys: one of 256.</summary>
    public required string Prefix { get; set; }

    public required DateTimeOffset At { get; set; }
}
