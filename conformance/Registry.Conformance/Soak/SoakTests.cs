namespace Registry.Conformance.Soak;

/// <summary>The promise under load: real clients, with the sweep running all the time.</summary>
[Collection(nameof(Alone))]
public sealed class SoakTests
{
    private const int FewestCollected = 60;

    [Fact]
    public async Task No_promise_is_broken_while_the_sweep_runs()
    {
        var report = await SoakedRegistry.SoakAsync(TimeSpan.FromSeconds(25));
        Assert.True(report.Broken == 0, $"{report}");
        Assert.True(report.Book.Collected >= FewestCollected && report.IsSuccess, $"{report}");
    }
}
