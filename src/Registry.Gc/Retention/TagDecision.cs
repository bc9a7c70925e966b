namespace Registry.Gc.Retention;

/// <summary>Whether a tag goes, and why.</summary>
/// <param name="Reasons">All of them, the one that decided first; never empty.</param>
public sealed record TagDecision(TagFacts Tag, TagOutcome Outcome, IReadOnlyList<Reason> Reasons);

public enum TagOutcome
{
    /// <summary>Something keeps the tag, or no rule covers it.</summary>
    Stays,

    /// <summary>A rule lets it go, whatever the registry holds.</summary>
    Goes,

    /// <summary>Only rules for a registry over its budget let it go: <see cref="BudgetPlanner"/> says whether it does.</summary>
    GoesOverBudget,
}

/// <param name="Rule">The name of the rule, or of the protected or immutable pattern; null where none is behind it.</param>
/// <param name="Text">A whole clause for a person: "kept by 'branches': 2nd newest of 5 by push".</param>
public sealed record Reason(ReasonKind Kind, string? Rule, string Text);

public enum ReasonKind
{
    /// <summary>No rule covers the tag: it stays.</summary>
    Uncovered,

    /// <summary>It is about another manifest, and stays as long as that one.</summary>
    Signature,

    Immutable,

    Protected,

    Pinned,

    /// <summary>A clause of a rule keeps it.</summary>
    Kept,

    /// <summary>A rule covers it and none of its clauses keeps it.</summary>
    LetGo,

    /// <summary>The same, of a rule that lets go only while the registry is over its budget.</summary>
    LetGoOverBudget,
}
