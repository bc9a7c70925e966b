namespace Registry.Gc.Retention;

/// <summary>One rule of a policy: the tags that it covers go unless one of its clauses, or something else, keeps them.</summary>
/// <param name="Keeps">In the order of the document's form; none where the rule keeps nothing. A rule keeps always, whenever it lets go.</param>
internal sealed record RetentionRule(NamedPatterns Covered, RuleWhen When, IReadOnlyList<IKeepClause> Keeps)
{
    public static RetentionRule From(RuleDraft draft) => new(NamedPatterns.From(draft), draft.When is { } when ? RuleWhens.All[when] : RuleWhen.Always, [.. ClausesOf(draft.Keep!)]);

    private static IEnumerable<IKeepClause> ClausesOf(KeepDraft keep)
    {
        if (keep.Newest is { } count)
        {
            yield return new NewestClause((int)count, keep.By is { } by ? TagOrders.All[by] : TagOrders.ByPush);
        }

        if (keep.PushedWithin is { } pushed)
        {
            yield return new PushedWithinClause(PolicyDuration.Parse(pushed), pushed);
        }

        if (keep.PulledWithin is { } pulled)
        {
            yield return new PulledWithinClause(PolicyDuration.Parse(pulled), pulled);
        }

        if (keep.Matching is { } patterns)
        {
            yield return new MatchingClause([.. patterns.Select(text => NamePattern.Parse(text!, NameKind.Tag))]);
        }
    }
}
