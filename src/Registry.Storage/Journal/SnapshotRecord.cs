namespace Registry.Storage.Journal;

/// <summary>A copy of the whole index in the bucket. Its record is written when its bytes are there, so one with a record is whole.</summary>
public sealed record SnapshotRecord
{
    public required string Lineage { get; init; }

    /// <summary>The last object of the journal that is in it whole. Changes of later ones may be in it too.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The object that has its bytes, compressed.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes, compressed.</summary>
    public required long Stored { get; init; }

    /// <summary>Bytes of the index.</summary>
    public required long Size { get; init; }

    /// <summary>Of the index's bytes.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The last migration of its schema.</summary>
    public required string Schema { get; init; }

    public required long Manifests { get; init; }

    public required long Blobs { get; init; }
}
