using CsCheck;
using Registry.Gc.Retention;
using Registry.Storage.Model;
using static Registry.Gc.Tests.Retention.AnyPolicy;

namespace Registry.Gc.Tests.Retention;

public sealed class PlannerTests
{
    private static readonly RepositoryName Repository = RepositoryName.Parse("team/app");
    private const int Iterations = 1_000;

    [Theory]
    [InlineData(1, 1, "newest of 5 by push")]
    [InlineData(5, 1, "5th newest of 5 by push")]
    [InlineData(2, 12, "2nd newest of 5 by push")]
    public void The_rank_in_words(int rank, int days, string words)
    {
        var tags = Enumerable.Range(1, 7).Select(i => Facts($"t{i}", pushed: days + i)).ToList();
        Assert.Equal($"kept by 'r': {words}", Decide(Policies.WithRule("""{ "newest": 5 }"""), tags)[rank - 1].Reasons.Single().Text);
    }

    [Theory]
    [InlineData("""{ "pushedWithin": "14d" }""", 14, null, true, "kept by 'r': pushed 14 days ago, within 14d")]
    [InlineData("""{ "pushedWithin": "14d" }""", 14.1, null, false, "goes by 'r': pushed 14 days ago, never pulled")]
    [InlineData("""{ "pushedWithin": "PT36H" }""", 1.4, 0.1, true, "kept by 'r': pushed 33 hours ago, within PT36H")]
    [InlineData("""{ "pulledWithin": "30d" }""", 40, 30.0, true, "kept by 'r': pulled 30 days ago, within 30d")]
    [InlineData("""{ "pulledWithin": "30d" }""", 40, 33.0, false, "goes by 'r': pushed 40 days ago, not pulled for 33 days")]
    [InlineData("""{ "pulledWithin": "30d" }""", 40, null, false, "goes by 'r': pushed 40 days ago, never pulled")]
    [InlineData("""{ "pulledWithin": "30d" }""", 3, null, true, "kept by 'r': pushed 3 days ago, and a push counts as a pull, within 30d")]
    [InlineData("""{ "pulledWithin": "30d" }""", 3, 40.0, true, "kept by 'r': pushed 3 days ago, and a push counts as a pull, within 30d")]
    [InlineData("""{ "pushedWithin": "1d" }""", -1, null, true, "kept by 'r': pushed a moment ago, within 1d")]
    [InlineData("""{ "matching": ["x", "{keep,t}*"] }""", 40, null, true, "kept by 'r': matches '{keep,t}*'")]
    [InlineData("""{ "matching": ["keep-*"] }""", 40, 0.5, false, "goes by 'r': pushed 40 days ago, pulled 12 hours ago")]
    [InlineData("\"nothing\"", 0, null, false, "goes by 'r': pushed a moment ago, never pulled")]
    [InlineData("""{ "newest": 1, "by": "version" }""", 5, null, false, "goes by 'r': no version, pushed 5 days ago, never pulled")]
    public void One_clause(string keep, double pushed, double? pulled, bool stays, string reason)
    {
        var decision = Decide(Policies.WithRule(keep), [Facts("t", pushed, pulled)]).Single();
        Assert.Equal((!stays, reason), (MayGo(decision), decision.Reasons.Single().Text));
    }

    [Fact]
    public void All_reasons_are_kept_the_deciding_one_first()
    {
        var policy = Policies.Parse("""
            "rules": [
              { "name": "a", "repositories": ["**"], "tags": ["*"], "keep": { "newest": 1 } },
              { "name": "b", "repositories": ["team/*"], "tags": ["v*"], "keep": { "newest": 1, "by": "version", "pushedWithin": "9d" } },
              { "name": "elsewhere", "repositories": ["other/*"], "tags": ["*"], "keep": "nothing" }
            ],
            "protected": [ { "name": "p", "repositories": ["**"], "tags": ["v1*"] } ],
            "immutable": [ { "name": "i", "repositories": ["**"], "tags": ["v1.1.*"] } ]
            """);
        var decisions = Decide(policy, [Facts("latest", 1), Facts("v1.0.0", 8, pinned: true), Facts("v1.1.0", 7), Facts("v2.0.0", 6), Facts("v0.1.0", 20), Facts("x", 5)])
            .ToDictionary(d => d.Tag.Name.ToString(), d => (MayGo(d), string.Join(" | ", d.Reasons.Select(r => r.Text))));
        Assert.Equal((false, "kept by 'a': newest of 1 by push"), decisions["latest"]);
        Assert.Equal((false, "protected by 'p' | pinned | kept by 'b': pushed 8 days ago, within 9d | not kept by 'a': 5th newest, pushed 8 days ago, never pulled"), decisions["v1.0.0"]);
        Assert.Equal((false, "immutable by 'i' | protected by 'p' | kept by 'b': pushed 7 days ago, within 9d | not kept by 'a': 4th newest, pushed 7 days ago, never pulled"), decisions["v1.1.0"]);
        Assert.Equal(
            (false, "kept by 'b': newest of 1 by version | kept by 'b': pushed 6 days ago, within 9d | not kept by 'a': 3rd newest, pushed 6 days ago, never pulled"),
            decisions["v2.0.0"]);
        Assert.Equal((true, "goes by 'a': 6th newest, pushed 20 days ago, never pulled | goes by 'b': 4th newest by version, pushed 20 days ago, never pulled"), decisions["v0.1.0"]);
        Assert.Equal((true, "goes by 'a': 2nd newest, pushed 5 days ago, never pulled"), decisions["x"]);
    }

    [Fact]
    public void Signature_tags_are_not_counted_and_do_not_go()
    {
        var policy = Policies.Parse("""
            "rules": [ { "name": "r", "repositories": ["**"], "tags": ["*"], "keep": { "newest": 1 } } ],
            "immutable": [ { "name": "i", "repositories": ["**"], "tags": ["sha256-a*"] } ]
            """);
        var decisions = Decide(policy, [Facts($"sha256-{Hex}", 1), Facts($"sha256-{Hex}.sig", 1), Facts($"sha256-{Hex}anything", 1), Facts($"sha512-{Hex}", 1), Facts("sha256-short", 3), Facts("t", 2)]);
        Assert.Equal(["sha256-short"], decisions.Where(MayGo).Select(d => d.Tag.Name.ToString()));
        Assert.Equal(4, decisions.Count(d => d.Reasons.Single() == new Reason(ReasonKind.Signature, null, "a signature: stays as long as the manifest that it is about")));
        Assert.Equal("kept by 'r': newest of 1 by push", decisions.Single(d => d.Tag.Name.ToString() == "t").Reasons.Single().Text);
    }

    [Fact]
    public void Of_several_pushed_in_one_moment_the_name_that_sorts_last_is_the_newest() =>
        Assert.Equal(["c", "d"], Staying(Policies.WithRule("""{ "newest": 2 }"""), [Facts("d", 1), Facts("b", 1), Facts("c", 1), Facts("a", 1)]));

    [Fact]
    public void Newest_by_version_counts_versions_only() =>
        Assert.Equal(
            ["1.10.0", "v1.9.0"],
            Staying(Policies.WithRule("""{ "newest": 2, "by": "version" }"""), [Facts("v1.9.0", 9), Facts("latest", 1), Facts("1.10.0", 8), Facts("1.9.0-rc.1", 1), Facts("1.2", 1), Facts("1.2.0", 0)]));

    [Fact]
    public void A_repository_that_no_rule_names_loses_nothing()
    {
        var policy = Policies.Parse("""
            "rules": [ { "name": "r", "repositories": ["team/*"], "tags": ["*"], "keep": "nothing" } ]
            """);
        var decision = RetentionPlanner.Decide(policy, RepositoryName.Parse("team"), [Facts("t", 1)], Now).Single();
        Assert.Equal((false, new Reason(ReasonKind.Uncovered, null, "no rule covers it")), (MayGo(decision), decision.Reasons.Single()));
        Assert.Empty(RetentionPlanner.Decide(policy, Repository, [], Now));
    }

    [Fact]
    public void A_tag_that_no_rule_covers_never_goes() =>
        Gen.Select(Rules, Tags).Sample((rules, tags) =>
        {
            var policy = Policies.Parse(Json(rules));
            return Decide(policy, tags).All(d => !MayGo(d) || rules.Any(rule => RuleCovers(rule, d.Tag)) && d.Reasons[0].Kind is ReasonKind.LetGo or ReasonKind.LetGoOverBudget);
        }, iter: Iterations);

    [Fact]
    public void Adding_a_clause_or_a_protected_pattern_never_removes_more() =>
        Gen.Select(Rules, Tags, Gen.Int[0, 3], Pick.From(Clauses)).Where((rules, _, _, _) => rules.Length > 0).Sample((rules, tags, at, clause) =>
        {
            var before = Going(Policies.Parse(Json(rules)), tags);
            var more = rules.ToArray();
            ref var rule = ref more[at % rules.Length];
            if (rule.Clauses.All(c => NameOf(c) != NameOf(clause)))
            {
                rule = rule with { Clauses = [.. rule.Clauses, clause] };
            }

            var withProtected = Policies.Parse($$"""{{Json(rules)}}, "protected": [ { "name": "p", "repositories": ["**"], "tags": ["a*"] } ]""");
            return Going(Policies.Parse(Json(more)), tags).IsSubsetOf(before) && Going(withProtected, tags).IsSubsetOf(before);
        }, iter: Iterations);

    [Fact]
    public void Pinned_and_protected_and_immutable_tags_never_go() =>
        Gen.Select(Rules, Tags).Sample((rules, tags) =>
        {
            var policy = Policies.Parse($$"""
                {{Json(rules)}},
                "protected": [ { "name": "p", "repositories": ["team/*"], "tags": ["a*"] } ],
                "immutable": [ { "name": "i", "repositories": ["team/*"], "tags": ["v*"] } ]
                """);
            return Decide(policy, tags).All(d => !MayGo(d) || !d.Tag.IsPinned && !d.Tag.Name.ToString().StartsWith('a') && policy.FindImmutable(Repository, d.Tag.Name) is null);
        }, iter: Iterations);

    [Fact]
    public void Newest_keeps_exactly_as_many_as_it_says_or_as_there_are() =>
        Gen.Select(Tags, Gen.Int[1, 12], Gen.Bool).Sample((tags, count, byVersion) =>
        {
            var unpinned = tags.Select(tag => tag with { IsPinned = false }).ToList();
            var counted = unpinned.Count(tag => byVersion ? SemanticVersion.TryParse(tag.Name.ToString(), out _) : !SignatureTags.Is(tag.Name.ToString()));
            return Staying(Policies.WithRule($$"""{ "newest": {{count}}, "by": "{{(byVersion ? "version" : "push")}}" }"""), unpinned).Count == Math.Min(count, counted);
        }, iter: Iterations);

    [Fact]
    public void The_order_of_the_input_does_not_matter() =>
        Gen.Select(Rules, Tags.SelectMany(tags => Gen.Shuffle(tags).Select(shuffled => (tags, shuffled)))).Sample((rules, pair) =>
        {
            var policy = Policies.Parse(Json(rules));
            return Print(Decide(policy, pair.tags)) == Print(Decide(policy, pair.shuffled));
        }, iter: Iterations);

    [Fact]
    public void The_quick_answer_is_that_of_the_decisions() =>
        Gen.Select(Rules, Tags).Sample((rules, tags) =>
        {
            var policy = Policies.Parse(Json(rules));
            return RetentionPlanner.FindGoing(policy, Repository, tags, Now).SequenceEqual(Decide(policy, tags).Where(d => d.Outcome == TagOutcome.Goes).Select(d => d.Tag));
        }, iter: Iterations);

    private static IReadOnlyList<TagDecision> Decide(RetentionPolicy policy, IEnumerable<TagFacts> tags) => RetentionPlanner.Decide(policy, Repository, tags, Now);

    private static bool MayGo(TagDecision decision) => decision.Outcome != TagOutcome.Stays;

    private static HashSet<string> Going(RetentionPolicy policy, IEnumerable<TagFacts> tags) => [.. Decide(policy, tags).Where(MayGo).Select(d => d.Tag.Name.ToString())];

    /// <summary>Without signatures, in order.</summary>
    private static List<string> Staying(RetentionPolicy policy, IEnumerable<TagFacts> tags) =>
        [.. Decide(policy, tags).Where(d => !MayGo(d) && d.Reasons[0].Kind != ReasonKind.Signature).Select(d => d.Tag.Name.ToString())];

    private static string Print(IEnumerable<TagDecision> decisions) => string.Join('\n', decisions.Select(d => $"{d.Tag.Name} {d.Outcome} {string.Join(" | ", d.Reasons)}"));
}
