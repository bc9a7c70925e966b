using CsCheck;
using Registry.Gc.Retention;
using Registry.Storage.Model;
using static Registry.Gc.Tests.Retention.AnyPolicy;

namespace Registry.Gc.Tests.Retention;

/// <summary>What rules mean that let go only over budget.</summary>
public sealed class BudgetDecisionTests
{
    private const int Iterations = 1_000;
    private static readonly RepositoryName Repository = RepositoryName.Parse("team/app");

    [Fact]
    public void An_over_budget_rule_lets_go_later_and_keeps_at_once()
    {
        var policy = Policies.Parse("""
            "rules": [
              { "name": "caches", "repositories": ["**"], "tags": ["*"], "keep": { "newest": 1 }, "when": "overBudget" },
              { "name": "old", "repositories": ["**"], "tags": ["pr-*"], "keep": { "pulledWithin": "7d" } }
            ],
            "protected": [ { "name": "p", "repositories": ["**"], "tags": ["main"] } ],
            "budget": { "bytes": "500GiB" }
            """);
        var decisions = Decide(policy, [Facts("main", 40), Facts("pinned", 31, pinned: true), Facts("a", 20, 9), Facts("pr-1", 30), Facts("pr-2", 29, 3), Facts("pr-3", 8)])
            .ToDictionary(d => d.Tag.Name.ToString(), d => (d.Outcome, string.Join(" | ", d.Reasons.Select(r => $"{r.Kind}: {r.Text}"))));
        Assert.Equal((TagOutcome.GoesOverBudget, "LetGoOverBudget: let go by 'caches' only over budget: 2nd newest, pushed 20 days ago, not pulled for 9 days"), decisions["a"]);
        Assert.Equal(
            (TagOutcome.Goes, "LetGo: goes by 'old': pushed 30 days ago, never pulled | LetGoOverBudget: let go by 'caches' only over budget: 4th newest, pushed 30 days ago, never pulled"),
            decisions["pr-1"]);
        Assert.Equal(
            (TagOutcome.Stays, "Kept: kept by 'old': pulled 3 days ago, within 7d | LetGoOverBudget: not kept by 'caches': 3rd newest, pushed 29 days ago, not pulled for 3 days"),
            decisions["pr-2"]);
        Assert.Equal((TagOutcome.Stays, "Kept: kept by 'caches': newest of 1 by push | LetGo: not kept by 'old': pushed 8 days ago, never pulled"), decisions["pr-3"]);
        Assert.Equal((TagOutcome.Stays, "Protected: protected by 'p' | LetGoOverBudget: not kept by 'caches': 6th newest, pushed 40 days ago, never pulled"), decisions["main"]);
        Assert.Equal((TagOutcome.Stays, "Pinned: pinned | LetGoOverBudget: not kept by 'caches': 5th newest, pushed 31 days ago, never pulled"), decisions["pinned"]);
    }

    [Fact]
    public void When_changes_only_when_and_never_whether() =>
        Gen.Select(Rules, Tags).Sample((rules, tags) =>
        {
            var always = Decide(Policies.Parse(Json([.. rules.Select(rule => rule with { When = "always" })])), tags);
            return Decide(Policies.Parse(Json(rules)), tags).Zip(always).All(pair => pair.Second.Outcome == (pair.First.Outcome == TagOutcome.Stays ? TagOutcome.Stays : TagOutcome.Goes));
        }, iter: Iterations);

    [Fact]
    public void What_may_go_goes_at_once_exactly_if_a_rule_covers_it_that_lets_go_always() =>
        Gen.Select(Rules, Tags).Sample(
            (rules, tags) => Decide(Policies.Parse(Json(rules)), tags)
                .Where(d => d.Outcome != TagOutcome.Stays)
                .All(d => (d.Outcome == TagOutcome.Goes) == rules.Any(rule => rule.When == "always" && RuleCovers(rule, d.Tag))
                    && d.Reasons[0].Kind == (d.Outcome == TagOutcome.Goes ? ReasonKind.LetGo : ReasonKind.LetGoOverBudget)),
            iter: Iterations);

    [Theory]
    [InlineData(5, null, 5)]
    [InlineData(5, 9.0, 5)]
    [InlineData(5, 2.0, 2)]
    public void A_push_counts_as_a_use(double pushed, double? pulled, double used) =>
        Assert.Equal(Now - TimeSpan.FromDays(used), Facts("t", pushed, pulled).LastUsedAt);

    private static IReadOnlyList<TagDecision> Decide(RetentionPolicy policy, IEnumerable<TagFacts> tags) => RetentionPlanner.Decide(policy, Repository, tags, Now);
}
