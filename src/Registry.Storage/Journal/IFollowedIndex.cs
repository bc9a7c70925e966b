namespace Registry.Storage.Journal;

/// <summary>
/// The index on this disk as a copy of what the bucket has of it: made from a snapshot, kept up by the journal, and in the end the one that
/// the journal is written from. Throws <see cref="IOException"/> when the bucket cannot be reached.
/// </summary>
public interface IFollowedIndex
{
    /// <summary>The number of the journal's last object that is in the index; 0 while there is none.</summary>
    long Number { get; }

    /// <summary>The number of the newest claim among them; 0 while there is none.</summary>
    long Term { get; }

    /// <summary>
    /// Makes sure that there is one which can follow: the one on the disk, if it fits to the bucket's journal, else a new one from the newest snapshot.
    /// </summary>
    Task OpenAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken);

    /// <summary>Takes in what the journal has that is not in the index yet, and returns how many objects that were.</summary>
    Task<int> CatchUpAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the next object of the journal this process's claim; from then on nobody else can write to it. False: somebody else has written that object,
    /// catch up and look again. The index is up to date, and promises are renewed, when it returns true. It claims the object after <see cref="Number"/>
    /// as that is now, and does not catch up first: what was written since the last look must make it fail.
    /// </summary>
    /// <param name="owner">Who takes over, for people.</param>
    Task<bool> TryTakeOverAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Gives the journal up, with everything in it, at the end of a process that owns it: whoever takes over need not fear that anything was lost.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>
    /// By the owner, whose lease may have run out: appends an object that says nothing but that it is still there. False: somebody else has written the
    /// object of that number. One that this process has written itself, in a try whose answer was lost, counts as written.
    /// </summary>
    Task<bool> TryConfirmAsync(CancellationToken cancellationToken);
}

/// <summary>How far a restore has come.</summary>
/// <param name="Step">"snapshot" or "journal".</param>
/// <param name="Done">Bytes of the snapshot, or objects of the journal.</param>
/// <param name="Of">How many there are in all, as far as is known.</param>
public readonly record struct RestoreProgress(string Step, long Done, long Of);
