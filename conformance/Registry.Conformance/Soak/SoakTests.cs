namespace Registry.Conformance.Soak;

/// <summary>The promise under load: real clients, with the sweep running all the time.</summary>
[Collection(nameof(Alone))]
public sealed class SoakTests
{
    private const int FewestCollected = 60;

    /// <summary>What the clients that need the admin API are for.</summary>
    private static readonly string[] Administered =
        ["branch tag GET", "immutable tag PUT", "pinned manifest DELETE", "manifest GET as pinned", "referrers GET", "signature tag GET", "tag restore", "plan apply 200", "run"];

    [Fact]
    public async Task No_promise_is_broken_while_the_sweep_runs()
    {
        var report = await SoakedRegistry.SoakAsync(TimeSpan.FromSeconds(25));
        Assert.True(report.Broken == 0, $"{report}");
        Assert.True(report.Book.Collected >= FewestCollected && report.IsSuccess, $"{report}");
        Assert.All(Administered, kind => Assert.True(report.Book.Checks.Of(kind) > 0, $"{kind} was not checked.\n{report}"));
    }
}
