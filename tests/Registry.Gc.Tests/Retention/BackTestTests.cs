using CsCheck;
using Registry.Gc.Retention;
using Registry.Storage.Model;

namespace Registry.Gc.Tests.Retention;

public sealed class BackTestTests
{
    private static readonly DateTimeOffset Start = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RepositoryName Repository = RepositoryName.Parse("team/app");
    private static readonly RetentionPolicy PulledWithin10Days = Policies.WithRule("""{ "pulledWithin": "10d" }""");

    [Fact]
    public void A_pull_after_the_removal_is_missed()
    {
        var removal = Run(PulledWithin10Days, [Period("a", 1, 0)], [Pull("a", 1, 3), Pull("a", 1, 20), Pull("a", 1, 21)]).Single();
        Assert.Equal(Day(14), removal.At);
        Assert.Equal("goes by 'r': pushed 14 days ago, not pulled for 11 days", removal.Reasons.Single().Text);
        Assert.Equal([Day(20), Day(21)], removal.Missed.Select(p => p.At));
    }

    [Fact]
    public void What_nobody_pulled_again_is_removed_and_not_missed() =>
        Assert.Empty(Run(PulledWithin10Days, [Period("a", 1, 0)], [Pull("a", 1, 3)]).Single().Missed);

    [Fact]
    public void A_tag_that_is_pulled_often_enough_stays() =>
        Assert.Empty(Run(PulledWithin10Days, [Period("a", 1, 0)], [Pull("a", 1, 9), Pull(null, 1, 18), Pull("b", 1, 27)]));

    [Fact]
    public void The_next_push_brings_the_tag_back()
    {
        var removal = Run(PulledWithin10Days, [Period("a", 1, 0, to: 20), Period("a", 2, 20)], [Pull("a", 1, 15), Pull("a", 2, 25)]).Single();
        Assert.Equal((Day(11), Digest(1)), (removal.At, removal.Period.Digest));
        Assert.Equal([Day(15)], removal.Missed.Select(p => p.At));
    }

    [Fact]
    public void What_was_deleted_or_moved_in_truth_is_not_missed() =>
        Assert.Empty(Run(PulledWithin10Days, [Period("a", 1, 0, to: 12)], [Pull("a", 1, 20), Pull(null, 1, 20)]).Single().Missed);

    [Fact]
    public void A_pull_by_digest_is_missed_once_no_tag_of_it_is_left()
    {
        var policy = Policies.WithRule("\"nothing\"", """["a*"]""");
        Assert.Empty(Run(policy, [Period("a", 1, 0), Period("b", 1, 0)], [Pull(null, 1, 5)]).Single().Missed);
        Assert.Equal([Day(5)], Run(policy, [Period("a", 1, 0), Period("b", 1, 0, to: 4)], [Pull(null, 1, 5)]).Single().Missed.Select(p => p.At));
        Assert.All(Run(policy, [Period("a1", 1, 0), Period("a2", 1, 0)], [Pull(null, 1, 5)]), removal => Assert.Single(removal.Missed));
    }

    [Fact]
    public void Ranks_are_those_of_their_time()
    {
        var removals = Run(Policies.WithRule("""{ "newest": 1 }"""), [Period("a", 1, 0), Period("b", 2, 2), Period("c", 3, 4)], [Pull("b", 2, 3), Pull("b", 2, 7)]);
        Assert.Equal([("a", Day(2), 0), ("b", Day(4), 1)], removals.Select(r => (r.Period.Tag.ToString(), r.At, r.Missed.Count)));
    }

    [Fact]
    public void What_goes_only_over_budget_counts_as_staying()
    {
        const string Rule = """{ "name": "r", "repositories": ["**"], "tags": ["a*"], "keep": "nothing", "when": "WHEN" }""";
        static RetentionPolicy When(string word) => Policies.Parse($$"""
            "rules": [ {{Rule.Replace("WHEN", word, StringComparison.Ordinal)}}, { "name": "s", "repositories": ["**"], "tags": ["b"], "keep": "nothing" } ], "budget": { "bytes": "1GiB" }
            """);
        Assert.Equal(["a", "b"], Run(When("always"), [Period("a", 1, 0), Period("b", 2, 0)], []).Select(r => r.Period.Tag.ToString()));
        Assert.Equal(["b"], Run(When("overBudget"), [Period("a", 1, 0), Period("b", 2, 0)], []).Select(r => r.Period.Tag.ToString()));
    }

    [Fact]
    public void A_policy_that_keeps_nothing_misses_every_later_pull_by_tag() =>
        Gen.Select(Gen.Select(Gen.Int[0, 4], Gen.Int[1, 5]).Array[0, 6], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 30]).Array[0, 20]).Sample((spans, somePulls) =>
        {
            var periods = spans.Select((s, i) => Period($"t{i}", i, s.Item1, to: s.Item1 + s.Item2)).ToList();
            var pulls = somePulls.Select(p => Pull($"t{p.Item1}", p.Item1, p.Item2)).ToList();
            // It is removed by the run at the moment of its push.
            var missed = pulls.Where(pull => periods.Any(p => p.Tag == pull.Tag && p.Contains(pull.At) && pull.At > p.From)).OrderBy(p => p.At).ToHashSet();
            return Run(Policies.WithRule("\"nothing\""), periods, pulls).SelectMany(r => r.Missed).ToHashSet().SetEquals(missed);
        });

    /// <summary>Applied at every midnight for 30 days.</summary>
    private static IReadOnlyList<PastRemoval> Run(RetentionPolicy policy, IEnumerable<TagPeriod> history, IEnumerable<PastPull> pulls) =>
        BackTest.Run(policy, Repository, history, pulls, Enumerable.Range(0, 31).Reverse().Select(day => Day(day)));

    private static TagPeriod Period(string tag, int digest, int from, int? to = null) => new(Tag.Parse(tag), Digest(digest), Day(from), to is { } day ? Day(day) : null);

    private static PastPull Pull(string? tag, int digest, int day) => new(tag is null ? null : Tag.Parse(tag), Digest(digest), Day(day));

    private static Digest Digest(int number) => Registry.Storage.Model.Digest.Of(DigestAlgorithm.Sha256, BitConverter.GetBytes(number));

    private static DateTimeOffset Day(int day) => Start.AddDays(day);
}
