namespace Registry.Storage.Index;

/// <summary>
/// Where changes of the index go so that they outlive its disk: one numbered object after the other, each before what is in it is committed.
/// Used by the writer's thread only.
/// </summary>
public interface IJournal
{
    /// <summary>Whether this process may still say yes to anything. If not, what it commits may be lost.</summary>
    bool MayAnswer { get; }

    /// <summary>
    /// Sees to it that the index has all that is in the journal. To be called before a transaction begins: an append whose answer was lost may have
    /// taken effect after all, though its transaction did not.
    /// </summary>
    /// <exception cref="JournalFailure">The journal cannot be reached, or belongs to somebody else now.</exception>
    void Settle();

    /// <summary>Returns when the journal has these changes as its object of this number.</summary>
    /// <exception cref="JournalFailure">It has not, or nobody knows. Then they must not be committed.</exception>
    void Append(JournalPositionRow position, IReadOnlyList<JournaledChange> changes);
}

/// <summary>What one commit has changed, as SQLite's session extension records it.</summary>
/// <param name="Term">The object of the journal by which its owner took over.</param>
/// <param name="Sequence">Which commit of that owner it was.</param>
public readonly record struct JournaledChange(long Term, long Sequence, ReadOnlyMemory<byte> Changes);
