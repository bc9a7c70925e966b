using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>
/// Which tags of a repository go by a policy, and why. Pure: the same tags, policy and time give the same decisions in the
/// same order, whatever the order of the input. A tag goes only if at least one rule covers it and nothing keeps it.
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

    /// <summary>The tags that go, by name, without the work of saying why.</summary>
    internal static IEnumerable<TagFacts> FindGoing(RetentionPolicy policy, RepositoryName repository, IEnumerable<TagFacts> tags, DateTimeOffset now)
    {
        var sorted = Sort(tags);
        var rules = Judge(policy, repository, sorted, now);
        var exemptions = new Exemptions(policy, repository);
        return sorted.Where((tag, i) => Goes(tag, i, rules, exemptions));
    }

    private static bool Goes(TagFacts tag, int i, List<RuleVerdicts> rules, Exemptions exemptions) =>
        rules.Exists(r => r.Covers(i)) && !rules.Exists(r => r.Keeps(i)) && !exemptions.Hold(tag);

    private static TagDecision Decide(TagFacts tag, int i, List<RuleVerdicts> rules, Exemptions exemptions, DateTimeOffset now)
    {
        List<Reason> reasons =
        [
            .. exemptions.ReasonsFor(tag),
            .. rules.SelectMany(r => r.ExplainKeeping(i, now).Select(words => new Reason(ReasonKind.Kept, r.Name, $"kept by '{r.Name}': {words}"))),
        ];
        var goes = Goes(tag, i, rules, exemptions);
        var verb = goes ? "goes by" : "not kept by";
        reasons.AddRange(rules.Where(r => r.Covers(i) && !r.Keeps(i)).Select(r => new Reason(ReasonKind.LetGo, r.Name, $"{verb} '{r.Name}': {r.ExplainLettingGo(i, now)}")));
        return new TagDecision(tag, goes, reasons.Count > 0 ? reasons : [Uncovered]);
    }

    private static List<TagFacts> Sort(IEnumerable<TagFacts> tags) => [.. tags.OrderBy(tag => tag.Name.ToString(), StringComparer.Ordinal)];

    private static List<RuleVerdicts> Judge(RetentionPolicy policy, RepositoryName repository, List<TagFacts> tags, DateTimeOffset now) =>
        [.. policy.Rules.Where(rule => rule.Covered.CoverRepository(repository)).Select(rule => new RuleVerdicts(rule, tags, now))];
}
