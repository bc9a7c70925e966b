using System.Diagnostics;
using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

public sealed class BudgetPlannerTests(ITestOutputHelper output)
{
    private static readonly DateTimeOffset Start = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ManifestGraphBuilder graph = new();

    private enum Role
    {
        Stays,
        Goes,
        Candidate,
    }

    [Theory]
    [InlineData(1000, 900, new long[0], 1000, 0)]
    [InlineData(999, 900, new long[] { 3 }, 900, 0)]
    [InlineData(999, 899, new long[] { 3, 0 }, 800, 0)]
    [InlineData(900, 100, new long[] { 3, 0, 9, 1, 2, 4, 5, 6, 7 }, 100, 0)]
    [InlineData(900, 99, new long[] { 3, 0, 9, 1, 2, 4, 5, 6, 7 }, 100, 1)]
    public void The_least_recently_used_go_until_the_low_mark(long high, long low, long[] chosen, long after, long stillOver)
    {
        AddTags(10);
        // 8 is no candidate, and 3, 0 and 9 were used before the others.
        var plan = BudgetPlanner.Plan(graph.Build(), [], [Used(7, 5), Used(9, 2), Used(6, 5), Used(5, 5), Used(3, 0), Used(4, 5), Used(2, 5), Used(0, 1), Used(1, 5)], new Budget(1000, high, low));
        Assert.Equal(chosen, plan.Tags);
        Assert.Equal((1000, 1000, after, stillOver), (plan.NamedNow, plan.AfterRules, plan.AfterBudget, plan.StillOver));
        Assert.Equal(0, plan.StillOverHigh);
    }

    [Fact]
    public void What_the_rules_remove_counts_first()
    {
        AddTags(10);
        var plan = BudgetPlanner.Plan(graph.Build(), [8, 9], [Used(0, 0), Used(1, 1), Used(8, 0)], new Budget(1000, 800, 100));
        Assert.Empty(plan.Tags);
        Assert.Equal((1000, 800, 800, 0), (plan.NamedNow, plan.AfterRules, plan.AfterBudget, plan.StillOver));

        var tighter = BudgetPlanner.Plan(graph.Build(), [8, 9], [Used(0, 0), Used(1, 1), Used(8, -1)], new Budget(1000, 799, 700));
        Assert.Equal([0], tighter.Tags);
        Assert.Equal((1000, 800, 700, 0), (tighter.NamedNow, tighter.AfterRules, tighter.AfterBudget, tighter.StillOver));
    }

    [Fact]
    public void What_is_kept_alone_may_be_too_much()
    {
        AddTags(10);
        var none = BudgetPlanner.Plan(graph.Build(), [], [], new Budget(500, 450, 400));
        Assert.Empty(none.Tags);
        Assert.Equal((600, 550), (none.StillOver, none.StillOverHigh));

        var all = BudgetPlanner.Plan(graph.Build(), [], [Used(4, 0), Used(2, 0)], new Budget(1000, 900, 700));
        Assert.Equal([2, 4], all.Tags);
        Assert.Equal((100, 0), (all.StillOver, all.StillOverHigh));
    }

    [Fact]
    public void Garbage_on_its_way_out_removes_no_tag()
    {
        AddTags(10);
        graph.AddBlob(100, 5_000);
        graph.AddManifest(100, 1, 1);
        graph.AddBlobEdge(100, 100);
        // And what a promise keeps: the manifest that named it went for the budget, yesterday.
        graph.AddBlob(101, 5_000);
        graph.AddLink(1, 101);
        Assert.Equal(1000, BudgetPlanner.Plan(graph.Build(), [], [Used(0, 0)], new Budget(1200, 1000, 900)).NamedNow);
        Assert.Empty(BudgetPlanner.Plan(graph.Build(), [], [Used(0, 0)], new Budget(1200, 1000, 900)).Tags);
    }

    [Fact]
    public void Manifests_have_no_part_in_it()
    {
        graph.AddManifest(0, 1, 5_000);
        graph.AddTag(0, 0);
        var plan = BudgetPlanner.Plan(graph.Build(), [], [Used(0, 0)], new Budget(10, 9, 8));
        Assert.Empty(plan.Tags);
        Assert.Equal(0, plan.NamedNow);
    }

    [Fact]
    public void A_tag_that_is_not_there_is_an_error_and_no_figure()
    {
        AddTags(2);
        Assert.Throws<ArgumentException>(() => BudgetPlanner.Plan(graph.Build(), [2], [], new Budget(10, 9, 8)));
        Assert.Throws<ArgumentException>(() => BudgetPlanner.Plan(graph.Build(), [], [Used(2, 0)], new Budget(10, 9, 8)));
    }

    [Fact]
    public void It_chooses_what_removing_one_by_one_would_on_any_graph() =>
        Gen.Select(
            AnyGraph.Gen,
            Gen.Select(Pick.From(Role.Stays, Role.Goes, Role.Candidate, Role.Candidate), Gen.Int[0, 4]).Array[AnyGraph.MaxTags],
            Gen.Int[0, 100],
            Gen.Int[0, 100])
            .Sample(
                (any, roles, someMark, otherMark) =>
                {
                    var whole = any.NamedBlobBytes([]);
                    var budget = new Budget(whole + 1, whole * Math.Max(someMark, otherMark) / 100, whole * Math.Min(someMark, otherMark) / 100);
                    var going = any.TagIds.Where(tag => roles[tag].Item1 == Role.Goes).ToList();
                    var candidates = any.TagIds.Where(tag => roles[tag].Item1 == Role.Candidate).Select(tag => Used(tag, roles[tag].Item2)).ToList();
                    var plan = BudgetPlanner.Plan(any.Build(), going, candidates, budget);

                    var gone = going.ToHashSet();
                    var chosen = new List<long>();
                    var afterRules = any.NamedBlobBytes(gone);
                    if (afterRules > budget.HighBytes)
                    {
                        foreach (var candidate in candidates.OrderBy(c => c.LastUsedAt).ThenBy(c => c.Tag).TakeWhile(_ => any.NamedBlobBytes(gone) > budget.LowBytes))
                        {
                            gone.Add(candidate.Tag);
                            chosen.Add(candidate.Tag);
                        }
                    }

                    var afterBudget = any.NamedBlobBytes(gone);
                    Assert.Equal(chosen, plan.Tags);
                    Assert.Equal((whole, afterRules, afterBudget), (plan.NamedNow, plan.AfterRules, plan.AfterBudget));
                    Assert.Equal(afterRules > budget.HighBytes && afterBudget > budget.LowBytes ? afterBudget - budget.LowBytes : 0, plan.StillOver);
                    Assert.Equal(Math.Max(0, afterBudget - budget.HighBytes), plan.StillOverHigh);
                },
                iter: 3_000);

    [Fact]
    public void What_stays_and_what_is_kept_or_promised_is_never_taken_and_the_order_of_the_input_does_not_matter() =>
        Gen.Select(AnyGraph.Gen, Gen.Select(Pick.From(Role.Stays, Role.Goes, Role.Candidate), Gen.Int[0, 2]).Array[AnyGraph.MaxTags], Gen.Int)
            .Sample(
                (any, roles, seed) =>
                {
                    var going = any.TagIds.Where(tag => roles[tag].Item1 == Role.Goes).ToList();
                    var candidates = any.TagIds.Where(tag => roles[tag].Item1 == Role.Candidate).Select(tag => Used(tag, roles[tag].Item2)).ToArray();
                    var graph = any.Build();
                    // Nothing at all is to be left: whatever may go goes.
                    var plan = BudgetPlanner.Plan(graph, going, candidates, new Budget(1, 0, 0));
                    Assert.All(plan.Tags, tag => Assert.Equal(Role.Candidate, roles[tag].Item1));

                    var freed = graph.FindFreed(going.Concat(plan.Tags));
                    var alone = any with { Tags = [.. any.TagIds.Where(tag => roles[tag].Item1 == Role.Stays).Select(tag => any.Tags[(int)tag])] };
                    Assert.Empty(freed.Blobs.Intersect(alone.LiveBlobs([])));
                    Assert.Empty(freed.Manifests.Intersect(alone.LiveManifests([])));

                    new Random(seed).Shuffle(candidates);
                    Assert.Equal(plan.Tags, BudgetPlanner.Plan(graph, going, candidates, new Budget(1, 0, 0)).Tags);
                },
                iter: 1_000);

    [Fact]
    public void A_hundred_thousand_candidates_take_few_walks()
    {
        const int Manifests = 100_000;
        const int Blobs = 400_000;
        for (var blob = 0; blob < Blobs; blob++)
        {
            graph.AddBlob(blob, 1_000);
        }

        // Each manifest has four blobs of its own and six of its neighbours.
        for (var manifest = 0; manifest < Manifests; manifest++)
        {
            graph.AddManifest(manifest, manifest % 200, 2_000);
            graph.AddTag(manifest, manifest);
            for (var i = 0; i < 10; i++)
            {
                graph.AddBlobEdge(manifest, (4L * manifest + i) % Blobs);
            }
        }

        var built = graph.Build();
        var watch = Stopwatch.StartNew();
        var plan = BudgetPlanner.Plan(built, [], Enumerable.Range(0, Manifests).Select(tag => Used(tag, tag)), new Budget(400_000_000, 300_000_000, 200_000_000));
        output.WriteLine($"plan {watch.ElapsedMilliseconds} ms");
        Assert.Equal(50_002, plan.Tags.Count);
        Assert.Equal(200_000_000 - 2_000, plan.AfterBudget);
    }

    private static BudgetCandidate Used(long tag, int day) => new(tag, Start.AddDays(day));

    /// <summary>Each with a manifest and a blob of 100 bytes of its own.</summary>
    private void AddTags(int count)
    {
        for (var i = 0; i < count; i++)
        {
            graph.AddBlob(i, 100);
            graph.AddManifest(i, 1, 1);
            graph.AddBlobEdge(i, i);
            graph.AddTag(i, i);
        }
    }
}
