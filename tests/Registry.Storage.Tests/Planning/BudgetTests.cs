using Registry.Gc.Planning;
using Registry.Gc.Policies;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Planning;

/// <summary>A budget over a real index. Every layer has 1,000 bytes.</summary>
public sealed class BudgetTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task Above_the_high_mark_a_run_removes_the_least_recently_pulled_of_what_rules_let_go_until_the_low_one()
    {
        await PushAsync("cache", "c1", "c2", "c3", "c4");
        await PushAsync("app", "a1");
        Assert.True(await content.CanPullAsync("cache", "c1"));
        await SetAsync(bytes: 5100);
        await content.SweepAsync();
        // 5,010 bytes are named, the high mark is at 4,590 and the low one at 3,570: two must go, c2 the first that nobody has used for the longest time.
        Assert.Equal(["a1", "c1", "c4"], Tags());
        Assert.Null(Figures()!.Problem);
    }

    [Fact]
    public async Task Below_the_high_mark_nothing_goes_by_the_budget()
    {
        await PushAsync("cache", "c1", "c2", "c3", "c4");
        await SetAsync(bytes: 5000);
        await content.SweepAsync();
        Assert.Equal(4, Tags().Count);
    }

    [Fact]
    public async Task What_is_on_its_way_out_makes_the_next_run_remove_no_more()
    {
        await PushAsync("cache", "c1", "c2", "c3", "c4", "c5");
        await SetAsync(bytes: 5000);
        await content.SweepAsync();
        var left = Tags();
        Assert.Equal(3, left.Count);
        for (var run = 0; run < 8; run++)
        {
            content.Time.Advance(TimeSpan.FromHours(18));
            await content.SweepAsync();
            Assert.Equal(left, Tags());
        }

        Assert.Equal(3000 + 3 * 2, (await content.StoredAsync()).Sum(o => o.Size));
    }

    [Fact]
    public async Task What_rules_keep_and_pins_hold_stays_and_the_state_says_that_it_is_too_much()
    {
        await PushAsync("app", "a1", "a2", "a3", "a4", "a5", "a6");
        await PushAsync("cache", "c1");
        var pinned = content.Read(db => db.Manifests.OrderBy(m => m.Id).Last().Digest);
        await new Gc.Pinning.Pins(content.Contexts, content.Writer, content.Windows, content.Time).ReportAsync("web-1", [Digest.Parse(pinned)], Token);
        await SetAsync(bytes: 5000);
        await content.SweepAsync();
        Assert.Equal(7, Tags().Count);
        Assert.Contains("bytes over the high mark", Figures()!.Problem, StringComparison.Ordinal);
        Assert.Equal(7014 - 4500, Figures()!.StillOverBytes);
    }

    [Fact]
    public async Task Uploads_that_would_pass_the_budget_are_refused_until_something_is_freed()
    {
        await PushAsync("cache", "c1", "c2", "c3", "c4");
        await SetAsync(bytes: 4400);
        var session = await content.Sessions.BeginAsync(Name("app"), DigestAlgorithm.Sha256, Token);
        Assert.Equal(ErrorKind.StorageFull, (await content.Sessions.AppendAsync(Name("app"), session.Value.Id, range: null, SizedBody(new string('x', 600)), Token)).Error?.Kind);
        for (var run = 0; run < 5; run++)
        {
            await content.SweepAsync();
            content.Time.Advance(TimeSpan.FromHours(40));
        }

        await content.PushBlobAsync("app", new string('x', 600));
    }

    private BudgetFigures? Figures() => content.BudgetState.Read();

    private List<string> Tags() => content.Read(db => db.Tags.OrderBy(t => t.Name).Select(t => t.Name).ToList());

    private Task<PolicyVersion> SetAsync(long bytes) => content.SetPolicyAsync($$"""
        { "version": 1, "mode": "apply", "budget": { "bytes": {{bytes}}, "high": "90%", "low": "70%" },
          "rules": [ { "name": "caches", "repositories": ["cache"], "tags": ["*"], "keep": { "pulledWithin": "1h" }, "when": "overBudget" } ] }
        """);

    private async Task PushAsync(string repository, params string[] tags)
    {
        foreach (var tag in tags)
        {
            await content.PutManifestAsync(repository, [tag], await content.PushBlobAsync(repository, tag.PadRight(1000, '.')), await content.PushBlobAsync(repository, tag));
            content.Time.Advance(TimeSpan.FromHours(2));
        }
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
