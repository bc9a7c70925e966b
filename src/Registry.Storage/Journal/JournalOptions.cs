using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>What the journal needs to know.</summary>
/// <param name="DataDirectory">Where the index is.</param>
/// <param name="LongestPromise">The longest promise that is ever given at a time.</param>
public sealed record JournalOptions(string DataDirectory, TimeSpan LongestPromise)
{
    public string IndexPath => Path.Combine(DataDirectory, IndexDatabase.FileName);

    /// <summary>The last migration of this version's index.</summary>
    public string Schema { get; } = IndexDatabase.NewestSchema();

    /// <summary>How many of the newest snapshots stay in the bucket.</summary>
    public int KeepSnapshots { get; init; } = 2;
}
