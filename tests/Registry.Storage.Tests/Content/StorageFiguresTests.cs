using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class StorageFiguresTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task What_is_stored_is_named_condemned_or_on_its_way()
    {
        await content.PushBlobAsync("r", "four");
        var going = await content.PushBlobAsync("r", "goes");
        Assert.Null(await content.Blobs.DeleteAsync(Name("r"), going, "me", Token));
        var session = await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token);
        Assert.Null((await content.Sessions.AppendAsync(Name("r"), session.Value.Id, null, Body("half"), Token)).Error);
        Assert.Equal(new StoredBytes(12, 4, 4, 4, 1), Figures.Read());
    }

    [Fact]
    public async Task Samples_are_half_an_hour_apart_at_least_and_kept_for_a_year()
    {
        await Figures.SampleAsync(Token);
        content.Time.Advance(TimeSpan.FromMinutes(29));
        await Figures.SampleAsync(Token);
        Assert.Single(content.Read(db => db.StorageSamples.ToList()));
        content.Time.Advance(TimeSpan.FromMinutes(1));
        await Figures.SampleAsync(Token);
        Assert.Equal(2, content.Read(db => db.StorageSamples.Count()));
        content.Time.Advance(TimeSpan.FromDays(365));
        await Figures.SampleAsync(Token);
        Assert.Equal(2, content.Read(db => db.StorageSamples.Count()));
    }

    [Fact]
    public async Task Growth_is_known_after_a_day_and_is_that_of_the_last_week()
    {
        for (var hour = 0; hour <= 24; hour++)
        {
            Assert.Null(Figures.GrowthPerDay());
            await content.PushBlobAsync("r", $"blob {hour:00}");
            await Figures.SampleAsync(Token);
            content.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(24 * "blob 00".Length, Figures.GrowthPerDay()!.Value, 6);
        content.Time.Advance(TimeSpan.FromDays(8));
        Assert.Null(Figures.GrowthPerDay());
    }

    [Fact]
    public void One_large_push_at_the_end_does_not_decide()
    {
        var start = content.Time.GetUtcNow();
        var samples = Enumerable.Range(0, 8).Select(day => new StorageSampleRow { At = start.AddDays(day), StoredBytes = 1000 * day + (day == 7 ? 7000 : 0), NamedBytes = 0 }).ToList();
        Assert.InRange(StorageGrowth.PerDay(samples)!.Value, 1100, 1600);
    }

    [Theory]
    [InlineData(100.0, 10.0, 1000L, 5000L)]
    [InlineData(100.0, 0.0, -5L, 5000L)]
    [InlineData(0.0, null, 1000L, 5000L)]
    [InlineData(-1.0, null, 1000L, 5000L)]
    [InlineData(null, null, 1000L, 5000L)]
    public void It_is_full_when_the_nearer_end_is_reached(double? growth, double? days, long disk, long budget)
    {
        Assert.Equal(days, StorageGrowth.DaysUntilFull(growth, [disk, budget]));
        Assert.Null(StorageGrowth.DaysUntilFull(growth, []));
    }

    [Fact]
    public async Task The_disk_says_what_is_free_and_what_of_it_stays_so()
    {
        var space = content.Store.FindFreeSpace()!.Value;
        Assert.True(space.FreeBytes > 0);
        Assert.Equal(256 * 1024 * 1024, space.ReserveBytes);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private StorageFigures Figures => new(content.Contexts, content.Writer, content.Time);
}
