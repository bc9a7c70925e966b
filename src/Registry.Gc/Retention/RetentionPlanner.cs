using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>
/// Which tags of a repository go by a policy, and why. Pure: the same tags, policy and time give the same decisions in the
/// same order, whatever the order of the input. A tag goes only if at least one rule covers it and nothing keeps it; and if all
/// rules that cover it are for a registry over its budget, only then.
/// </summary>
public static class RetentionPlanner
{
    private static readonly Reason Uncovered = new(ReasonKind.Uncovered, null, "no rule covers it");

    /// <summary>One decision for each tag, by name. Whether the policy is in shadow mode makes no difference to them.</summary>
    /// <param name="tags">All tags of the repository, each once: rules count them.</param>
    public static IReadOnlyList<TagDecision> Decide(RetentionPolicy policy, RepositoryName repository, IEnumerable<TagFacts> tags, DateTimeOffset now)
    {
        var sorted = Sort(tags);
        var rules = Judge(policy, repository, sorted, now);
        var exemptions = new Exemptions(policy, repository);
        return [.. sorted.Select((tag, i) => Decide(tag, i, rules, exemptions, now))];
    }

    /// <summary>The tags that go whatever the registry holds, by name, without the work of saying why.</summary>
    internal static IEnumerable<TagFacts> FindGoing(RetentionPolicy policy, RepositoryName repository, IEnumerable<TagFacts> tags, DateTimeOffset now)
    {
        var sorted = Sort(tags);
        var rules = Judge(policy, repository, sorted, now);
        var exemptions = new Exemptions(policy, repository);
        return sorted.Where((tag, i) => FindOutcome(tag, i, rules, exemptions) == TagOutcome.Goes);
    }

    private static TagOutcome FindOutcome(TagFacts tag, int i, List<RuleVerdicts> rules, Exemptions exemptions) =>
        !rules.Exists(r => r.Covers(i)) || rules.Exists(r => r.Keeps(i)) || exemptions.Hold(tag) ? TagOutcome.Stays
        : rules.Exists(r => r.Covers(i) && r.When == RuleWhen.Always) ? TagOutcome.Goes
        : TagOutcome.GoesOverBudget;

    private static TagDecision Decide(TagFacts tag, int i, List<RuleVerdicts> rules, Exemptions exemptions, DateTimeOffset now)
    {
        List<Reason> reasons =
        [
            .. exemptions.ReasonsFor(tag),
            .. rules.SelectMany(r => r.ExplainKeeping(i, now).Select(words => new Reason(ReasonKind.Kept, r.Name, $"kept by '{r.Name}': {words}"))),
        ];
        var outcome = FindOutcome(tag, i, rules, exemptions);
        // The rules that let go always decide over those that do so over budget, so they stand first.
        reasons.AddRange(rules.Where(r => r.Covers(i) && !r.Keeps(i)).OrderBy(r => r.When).Select(r => ExplainLettingGo(r, outcome, i, now)));
        return new TagDecision(tag, outcome, reasons.Count > 0 ? reasons : [Uncovered]);
    }

    private static Reason ExplainLettingGo(RuleVerdicts rule, TagOutcome outcome, int i, DateTimeOffset now)
    {
        var (kind, verb, condition) = (outcome, rule.When) switch
        {
            (TagOutcome.Stays, RuleWhen.Always) => (ReasonKind.LetGo, "not kept by", ""),
            (TagOutcome.Stays, _) => (ReasonKind.LetGoOverBudget, "not kept by", ""),
            (_, RuleWhen.Always) => (ReasonKind.LetGo, "goes by", ""),
            _ => (ReasonKind.LetGoOverBudget, "let go by", " only over budget"),
        };
        return new Reason(kind, rule.Name, $"{verb} '{rule.Name}'{condition}: {rule.ExplainLettingGo(i, now)}");
    }

    private static List<TagFacts> Sort(IEnumerable<TagFacts> tags) => [.. tags.OrderBy(tag => tag.Name.ToString(), StringComparer.Ordinal)];

    private static List<RuleVerdicts> Judge(RetentionPolicy policy, RepositoryName repository, List<TagFacts> tags, DateTimeOffset now) =>
        [.. policy.Rules.Where(rule => rule.Covered.CoverRepository(repository)).Select(rule => new RuleVerdicts(rule, tags, now))];
}
