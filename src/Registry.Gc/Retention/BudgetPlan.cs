namespace Registry.Gc.Retention;

/// <summary>A tag that goes if the budget asks for it (<see cref="TagOutcome.GoesOverBudget"/>).</summary>
/// <param name="Tag">Its id.</param>
/// <param name="LastUsedAt">As <see cref="TagFacts.LastUsedAt"/>.</param>
public sealed record BudgetCandidate(long Tag, DateTimeOffset LastUsedAt);

/// <summary>What the budget takes, and what is left. All figures are bytes of the blobs that live manifests name, each blob once.</summary>
/// <param name="Tags">Ids of the candidates that go, the least recently used first.</param>
/// <param name="NamedNow">Before anything goes.</param>
/// <param name="AfterRules">Once the tags have gone that rules remove whatever the registry holds.</param>
/// <param name="AfterBudget">Once <paramref name="Tags"/> have gone too. The stored bytes follow when promises and drain are over.</param>
public sealed record BudgetPlan(Budget Budget, IReadOnlyList<long> Tags, long NamedNow, long AfterRules, long AfterBudget)
{
    /// <summary>
    /// In bytes, by how much the low mark is missed although every candidate goes: what is kept alone is more. 0 if the mark is
    /// reached, or the high one was not passed.
    /// </summary>
    public long StillOver => AfterRules > Budget.HighBytes ? Math.Max(0, AfterBudget - Budget.LowBytes) : 0;

    /// <summary>In bytes, how much more than the high mark stays in the end. Then nothing is left to remove, and the next run finds the same.</summary>
    public long StillOverHigh => Math.Max(0, AfterBudget - Budget.HighBytes);
}
