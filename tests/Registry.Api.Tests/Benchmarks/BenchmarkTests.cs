using Registry.Benchmarks;
using Registry.Benchmarks.Report;

namespace Registry.Api.Tests.Benchmarks;

/// <summary>The benchmarks still run and count right; what they measure at this size means nothing.</summary>
public sealed class BenchmarkTests
{
    [Fact]
    public async Task A_collection_of_a_few_images_frees_what_it_should_and_loses_nothing()
    {
        var settings = new CollectionSettings(Images: 80, Objects.Stored, Before: TimeSpan.FromSeconds(1), Program: null);
        var figures = await CollectionBenchmark.RunAsync(settings, _ => { }, TestContext.Current.CancellationToken);
        Assert.True(figures.IsRight, FigureTable.Json([figures]));
        Assert.Equal(64, figures.Removed.Tags);
        Assert.True(figures.PushDuring.Count + figures.PullDuring.Count > 0);
    }
}
