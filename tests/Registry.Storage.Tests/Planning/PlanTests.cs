using Microsoft.EntityFrameworkCore;
using Registry.Gc.Pinning;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Planning;

/// <summary>Plans over a real index: what they list, when they may be applied, and what is left then.</summary>
public sealed class PlanTests : IAsyncDisposable
{
    private const string KeepTwo = """{ "version": 1, "mode": "apply", "rules": [ { "name": "builds", "repositories": ["**"], "tags": ["b*"], "keep": { "newest": 2, "pulledWithin": "1d" } } ] }""";
    private const string KeepTwoInShadow = """{ "version": 1, "mode": "shadow", "rules": [ { "name": "builds", "repositories": ["**"], "tags": ["b*"], "keep": { "newest": 2 } } ] }""";

    private const string KeepLately = """{ "version": 1, "mode": "apply", "rules": [ { "name": "builds", "repositories": ["**"], "tags": ["b*"], "keep": { "pushedWithin": "14d" } } ] }""";

    private readonly TestContent content = new();

    [Fact]
    public async Task A_plan_lists_the_tags_with_their_reasons_and_the_bytes_that_only_they_need()
    {
        await PushAsync("b1", "b2", "b3", "b4", "other");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        var tags = content.Plans.Tags(plan.Id, after: 0, 10);
        Assert.Equal(["b1", "b2"], tags.Select(t => t.Tag));
        Assert.Equal("goes by 'builds': 4th newest, pushed 10 days ago, never pulled", tags[0].Reason);
        Assert.Equal(("builds", "app"), (tags[0].Rule, tags[0].Repository));
        Assert.Equal(2, content.Plans.Manifests(plan.Id, after: 0, 10).Count);
        // Each image has the base that all share, and a layer of its own: "layer b1" has eight bytes.
        Assert.Equal((2, 2, 2, 16), (plan.Tags, plan.Manifests, plan.Blobs, plan.BlobBytes));
    }

    [Fact]
    public async Task Applying_removes_exactly_that_and_the_collection_then_frees_exactly_those_bytes()
    {
        await PushAsync("b1", "b2", "b3", "b4", "other");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        var outcome = await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token);
        Assert.Null(outcome.Refusal);
        Assert.Equal((2, "admin"), (outcome.Plan!.RemovedTags, outcome.Plan.AppliedBy));
        Assert.Equal(["b3", "b4", "other"], content.Read(db => db.Tags.OrderBy(t => t.Name).Select(t => t.Name).ToList()));
        Assert.All(content.Plans.Tags(plan.Id, 0, 10), tag => Assert.Equal(PlannedOutcome.Removed, tag.Outcome));
        Assert.Equal(plan.BlobBytes, await CollectAsync());
    }

    [Fact]
    public async Task The_tag_history_and_the_receipts_say_which_rule_of_which_plan_it_was_and_who_applied_it()
    {
        await PushAsync("b1", "b2", "b3");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        await content.PlanApplication.ApplyAsync(plan.Id, "alice", Token);
        var line = content.Read(db => db.TagHistory.Single(h => h.Tag == "b1"));
        Assert.Equal(("alice", $"goes by 'builds': 3rd newest, pushed 6 days ago, never pulled (plan {plan.Id})"), (line.ToBy, line.ToReason));
        var receipt = content.Read(db => db.Receipts.Single(r => r.Kind == "tag"));
        Assert.Equal(("b1", "app", "alice", 0L), (receipt.Name, receipt.Repository, receipt.By, receipt.FreedBytes));
        Assert.Equal(("builds", plan.Id, "goes by 'builds': 3rd newest, pushed 6 days ago, never pulled"), (receipt.Rule, receipt.PlanId, receipt.Reason));
    }

    public static TheoryData<string> Changes => ["moved", "pushed again", "deleted", "pinned", "pulled", "also named", "policy"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_plan_in_which_something_has_changed_is_refused_and_nothing_is_removed(string change)
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        var digest = content.Plans.Tags(plan.Id, 0, 10)[0].Digest;
        var expected = await ChangeAsync(change, digest);
        var before = content.Read(db => db.Tags.Count());
        var outcome = await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token);
        Assert.NotNull(outcome.Refusal);
        Assert.Contains(expected, outcome.Moved.Count > 0 ? string.Join('\n', outcome.Moved) : outcome.Refusal, StringComparison.Ordinal);
        Assert.Equal(before, content.Read(db => db.Tags.Count()));
        Assert.Null(content.Plans.Find(plan.Id)!.AppliedAt);
    }

    [Fact]
    public async Task A_plan_is_applied_once()
    {
        await PushAsync("b1", "b2", "b3");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token);
        Assert.Contains("was applied at", (await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_that_was_broken_off_can_be_applied_to_its_end()
    {
        await PushAsync("b1", "b2", "b3", "b4", "b5");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        Assert.Null((await content.PlanApplication.CheckAsync(plan.Id, Token)).Refusal);
        await content.PlanApplication.BeginAsync(plan.Id, "admin", Token);
        Assert.Equal(1, await content.PlanApplication.RemoveBatchAsync(plan.Id, "admin", null, new(0, content.Time.GetUtcNow()), 1, Token));
        await content.CrashAsync();
        var outcome = await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token);
        Assert.Null(outcome.Refusal);
        Assert.Equal(3, outcome.Plan!.RemovedTags);
        Assert.Equal(["b4", "b5"], content.Read(db => db.Tags.OrderBy(t => t.Name).Select(t => t.Name).ToList()));
    }

    [Fact]
    public async Task A_tag_that_moves_while_the_plan_is_being_applied_is_left_alone()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        Assert.Null((await content.PlanApplication.CheckAsync(plan.Id, Token)).Refusal);
        await content.PutManifestAsync("app", ["b1"], await content.PushBlobAsync("app", "moved"));
        Assert.Equal(1, await content.PlanApplication.RemoveBatchAsync(plan.Id, "admin", null, new(0, content.Time.GetUtcNow()), 10, Token));
        Assert.Equal([PlannedOutcome.Moved, PlannedOutcome.Removed], content.Plans.Tags(plan.Id, 0, 10).Select(t => t.Outcome));
        Assert.True(await content.CanPullAsync("app", "b1"));
    }

    [Fact]
    public async Task A_policy_that_is_set_while_a_plan_is_being_applied_ends_it()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        Assert.Null((await content.PlanApplication.CheckAsync(plan.Id, Token)).Refusal);
        await content.SetPolicyAsync(KeepTwoInShadow);
        Assert.Null(await content.PlanApplication.RemoveBatchAsync(plan.Id, "admin", null, new(0, content.Time.GetUtcNow()), 10, Token));
        Assert.Equal(4, content.Read(db => db.Tags.Count()));
    }

    [Fact]
    public async Task A_plan_whose_list_of_manifests_is_not_whole_is_not_applied()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        await content.Writer.WriteAsync(db => db.PlannedManifests.Where(m => m.PlanId == plan.Id).OrderBy(m => m.ManifestId).Take(1).ExecuteDelete(), Token);
        Assert.Contains("is not there as a whole", (await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_untagged_index_of_indexes_that_waits_for_its_end_keeps_no_plan_from_being_applied()
    {
        await PushAsync("b1", "b2", "b3");
        var inner = await content.PutIndexAsync("app", ["inner"], Digest.Parse(content.Read(db => db.Tags.Where(t => t.Name == "b1").Join(db.Manifests, t => t.ManifestId, m => m.Id, (t, m) => m.Digest).Single())));
        await content.PutIndexAsync("app", ["outer"], inner);
        await content.Removal.DeleteTagAsync(Name("app"), Tag.Parse("inner"), "me", Token);
        await content.Removal.DeleteTagAsync(Name("app"), Tag.Parse("outer"), "me", Token);
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        Assert.Equal((1, 1), (plan.Tags, plan.Manifests));
        Assert.Null((await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token)).Refusal);
    }

    [Fact]
    public async Task A_plan_whose_manifest_became_part_of_a_tagged_index_is_refused()
    {
        await PushAsync("b1", "b2", "b3");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        var index = await content.PutIndexAsync("app", ["all"], Digest.Parse(content.Plans.Tags(plan.Id, 0, 10)[0].Digest));
        Assert.EndsWith($"is also part of the index {index} now", Assert.Single((await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token)).Moved).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_is_pulled_while_the_plan_is_being_applied_is_left_for_the_next_one()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        var decidedAt = content.Time.GetUtcNow();
        content.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await content.CanPullAsync("app", "b1"));
        await content.Pulls.FlushAsync(Token);
        Assert.Equal(1, await content.PlanApplication.RemoveBatchAsync(plan.Id, "admin", null, new(0, decidedAt), 10, Token));
        Assert.True(await content.CanPullAsync("app", "b1"));
        Assert.False(await content.CanPullAsync("app", "b2"));
    }

    [Fact]
    public async Task A_plan_that_was_killed_while_it_was_made_is_never_whole()
    {
        await PushAsync("b1", "b2", "b3");
        await content.SetPolicyAsync(KeepTwo);
        var plan = await content.PlanAsync();
        await content.Writer.WriteAsync(db => db.Plans.ExecuteUpdate(set => set.SetProperty(p => p.Tags, PlanRow.Unfinished)), Token);
        Assert.Contains("is not there as a whole", (await content.PlanApplication.ApplyAsync(plan.Id, "admin", Token)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_plans_and_applies_and_keeps_the_record()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwo);
        var run = await content.SweepAsync();
        Assert.Equal(2, run.Tags);
        var plan = Assert.Single(content.Plans.List(before: null, 10));
        Assert.Equal((run.Id, 2L, 2L, "registry"), (plan.RunId, plan.Tags, plan.RemovedTags, plan.AppliedBy));
        Assert.All(content.Read(db => db.Receipts.Where(r => r.Kind == "tag").ToList()), receipt => Assert.Equal(run.Id, receipt.RunId));
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_makes_no_tag_old_and_ends_no_pin_for_a_run()
    {
        await content.SetPolicyAsync(KeepLately);
        await PushAsync("b1", "b2");
        var pinned = Digest.Parse(content.Read(db => db.Tags.Where(t => t.Name == "b1").Join(db.Manifests, t => t.ManifestId, m => m.Id, (t, m) => m.Digest).Single()));
        await new Pins(content.Contexts, content.Writer, content.Windows, content.Time).ReportAsync("web-1", [pinned], Token);
        // The run's own time goes no faster than time itself, whatever the wall clock says (SweepClock).
        var (run, lived) = ((await content.SweepAsync()).Id, content.Time.GetUtcNow());
        content.Time.Advance(TimeSpan.FromDays(365));
        var step = content.SweepSteps.Single(step => step.Name == "retention");
        Assert.Equal(0, await step.RunBatchAsync(new SweepPass(run, lived), 10, Token));
        Assert.Equal(2, content.Read(db => db.Tags.Count()));
        Assert.Equal(2, await step.RunBatchAsync(new SweepPass(run, content.Time.GetUtcNow()), 10, Token));
    }

    [Fact]
    public async Task In_shadow_mode_a_run_plans_and_removes_nothing()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwoInShadow);
        Assert.Equal(0, (await content.SweepAsync()).Tags);
        var plan = Assert.Single(content.Plans.List(before: null, 10));
        Assert.Equal((2L, 0L, null), (plan.Tags, plan.RemovedTags, plan.AppliedAt));
        Assert.Equal(4, content.Read(db => db.Tags.Count()));
    }

    [Fact]
    public async Task A_run_forgets_the_lists_of_earlier_runs_plans_but_not_of_those_that_somebody_asked_for()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwoInShadow);
        var asked = await content.PlanAsync();
        await content.SweepAsync();
        await content.SweepAsync();
        var plans = content.Plans.List(before: null, 10);
        Assert.Equal([2, 0, 2], plans.Select(plan => content.Plans.Tags(plan.Id, 0, 10).Count));
        Assert.Equal([2, 0, 2], plans.Select(plan => content.Plans.Manifests(plan.Id, 0, 10).Count));
        Assert.Contains("is not there as a whole", (await content.PlanApplication.ApplyAsync(plans[1].Id, "admin", Token)).Refusal, StringComparison.Ordinal);
        Assert.Null((await content.PlanApplication.ApplyAsync(asked.Id, "admin", Token)).Refusal);
    }

    [Fact]
    public async Task A_run_without_a_policy_removes_no_tag_and_makes_no_plan()
    {
        await PushAsync("b1", "b2", "b3");
        Assert.Equal(0, (await content.SweepAsync()).Tags);
        Assert.Empty(content.Plans.List(before: null, 10));
    }

    [Fact]
    public async Task A_pulled_tag_stays_where_the_rule_says_so_also_when_the_pull_is_not_written_down_yet()
    {
        await PushAsync("b1", "b2", "b3", "b4");
        await content.SetPolicyAsync(KeepTwo);
        Assert.True(await content.CanPullAsync("app", "b1"));
        Assert.Equal(["b2"], content.Plans.Tags((await content.PlanAsync()).Id, 0, 10).Select(t => t.Tag));
    }

    /// <summary>An image for each tag, two days apart: a base that all share, and a layer of its own.</summary>
    private async Task PushAsync(params string[] tags)
    {
        foreach (var tag in tags)
        {
            await content.PutManifestAsync("app", [tag], await content.PushBlobAsync("app", "base"), await content.PushBlobAsync("app", $"layer {tag}"));
            content.Time.Advance(TimeSpan.FromDays(2));
        }
    }

    private async Task<string> ChangeAsync(string change, string digest)
    {
        switch (change)
        {
            case "moved":
                var moved = await content.PutManifestAsync("app", ["b1"], await content.PushBlobAsync("app", "new"));
                return $"app:b1 was moved to {moved}";
            case "pushed again":
                await content.PutManifestAsync("app", ["b1"], DigestOf("base"), DigestOf("layer b1"));
                return "app:b1 was pushed again";
            case "deleted":
                await content.Removal.DeleteTagAsync(Name("app"), Tag.Parse("b1"), "me", Token);
                return "app:b1 was deleted";
            case "pinned":
                await new Pins(content.Contexts, content.Writer, content.Windows, content.Time).ReportAsync("web-1", [Digest.Parse(digest)], Token);
                return "app:b1 would stay now: pinned";
            case "pulled":
                Assert.True(await content.CanPullAsync("app", "b1"));
                return "app:b1 would stay now: kept by 'builds': pulled a moment ago, within 1d";
            case "also named":
                await content.PutManifestAsync("app", ["stable"], DigestOf("base"), DigestOf("layer b1"));
                return $"app@{digest} is also named by the tag stable now";
            default:
                await content.SetPolicyAsync(KeepTwoInShadow);
                return "was made by version 1 of the policy, and version 2 holds now";
        }
    }

    /// <summary>Runs the collection until everything is over; returns the bytes of the objects that it deleted.</summary>
    private async Task<long> CollectAsync()
    {
        var before = (await content.StoredAsync()).Sum(o => o.Size);
        for (var run = 0; run < 4; run++)
        {
            content.Time.Advance(TimeSpan.FromDays(3));
            await content.SweepAsync();
        }

        return before - (await content.StoredAsync()).Sum(o => o.Size);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
