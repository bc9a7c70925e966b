namespace Registry.Gc.Retention;

// The document as it was read: shapes are right, values are not judged yet. What is null was not there, or could not be read
// and is among the reader's mistakes. PolicyValidator judges it, by the same names.

internal sealed record PolicyDraft
{
    public long? Version { get; init; }

    public string? Mode { get; init; }

    public IReadOnlyList<RuleDraft?> Rules { get; init; } = [];

    public IReadOnlyList<PatternsDraft?> Protected { get; init; } = [];

    public IReadOnlyList<PatternsDraft?> Immutable { get; init; } = [];

    /// <summary>Whether <see cref="Budget"/> is written, be it readable or not.</summary>
    public bool HasBudget { get; init; }

    public BudgetDraft? Budget { get; init; }
}

internal record PatternsDraft
{
    public string? Name { get; init; }

    public IReadOnlyList<string?>? Repositories { get; init; }

    public IReadOnlyList<string?>? Tags { get; init; }
}

internal sealed record RuleDraft : PatternsDraft
{
    public KeepDraft? Keep { get; init; }

    public string? When { get; init; }
}

internal sealed record KeepDraft
{
    /// <summary>Instead of an object, the word that says on purpose that nothing is kept.</summary>
    public const string NothingWord = "nothing";

    public bool KeepsNothing { get; init; }

    /// <summary>Whether <see cref="Newest"/> is written, be it readable or not.</summary>
    public bool Counts { get; init; }

    public long? Newest { get; init; }

    public string? By { get; init; }

    public string? PushedWithin { get; init; }

    public string? PulledWithin { get; init; }

    public IReadOnlyList<string?>? Matching { get; init; }
}

internal sealed record BudgetDraft
{
    /// <summary>A size; what was a plain number stands here with the unit B.</summary>
    public string? Bytes { get; init; }

    /// <summary>A percentage. What was left out has its default here, so null is only what could not be read.</summary>
    public string? High { get; init; }

    /// <summary>As <see cref="High"/>.</summary>
    public string? Low { get; init; }
}
