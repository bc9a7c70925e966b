namespace Registry.Gc.Retention;

/// <summary>One of the things by which a rule keeps tags.</summary>
internal interface IKeepClause
{
    /// <summary>Judges all tags that the rule covers in one repository, at once: some clauses count.</summary>
    /// <param name="verdicts">One for each of <paramref name="covered"/>, to be filled in.</param>
    void Judge(IReadOnlyList<TagFacts> covered, DateTimeOffset now, Span<KeepVerdict> verdicts);

    /// <summary>
    /// The verdict in words that follow "kept by 'rule': " or "goes by 'rule': "; null where it adds nothing to the times of
    /// push and pull, which are said of every tag that goes.
    /// </summary>
    string? Explain(TagFacts tag, KeepVerdict verdict, DateTimeOffset now);
}

/// <param name="Rank">The tag's place among those counted, from 1 on; 0 where it has none.</param>
internal readonly record struct KeepVerdict(bool Keeps, int Rank = 0);
