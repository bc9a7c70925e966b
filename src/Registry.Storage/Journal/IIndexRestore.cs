namespace Registry.Storage.Journal;

/// <summary>Makes an index from what the bucket has, beside whatever registry may run.</summary>
public interface IIndexRestore
{
    /// <summary>Makes it in an empty folder and returns the number of the journal's last object in it; 0 where the bucket has no index.</summary>
    /// <exception cref="IOException">The bucket cannot be read.</exception>
    /// <exception cref="InvalidDataException">What is there is no snapshot or journal, or something is missing in between.</exception>
    Task<long> RestoreAsync(string directory, IProgress<RestoreProgress> progress, CancellationToken cancellationToken);
}
