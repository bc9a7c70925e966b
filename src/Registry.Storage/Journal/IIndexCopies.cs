namespace Registry.Storage.Journal;

/// <summary>What of the index is in the bucket, and a snapshot on demand. Not there with a file system.</summary>
public interface IIndexCopies
{
    Task<IndexCopies> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes a copy of the whole index. By the owner only.</summary>
    /// <exception cref="IOException">The bucket did not take it.</exception>
    Task<IndexSnapshot> TakeSnapshotAsync(CancellationToken cancellationToken);
}

/// <param name="Number">Of the journal's last object that is in the index.</param>
/// <param name="Lag">At the owner, changes that are committed here and not in the journal yet; at a standby, objects of the journal that are not in its index yet.</param>
/// <param name="JournalBytes">Of the journal's objects in the bucket.</param>
/// <param name="SnapshotBytes">Of all snapshots in the bucket.</param>
/// <param name="LastSnapshot">Null while there is none.</param>
/// <param name="Problem">Why the bucket could not be asked; null if it could.</param>
public sealed record IndexCopies(long Number, long Lag, long JournalBytes, long SnapshotBytes, IndexSnapshot? LastSnapshot, string? Problem);

/// <param name="Number">Of the last object of the journal that it has.</param>
/// <param name="Bytes">Its size in the bucket.</param>
public sealed record IndexSnapshot(long Number, long Bytes, DateTimeOffset TakenAt);
