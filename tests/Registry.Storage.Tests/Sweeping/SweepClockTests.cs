using Microsoft.Extensions.Time.Testing;
using Registry.Gc.Sweeping;

namespace Registry.Storage.Tests.Sweeping;

public sealed class SweepClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SettableClock time = new();

    [Fact]
    public void It_goes_with_the_clock()
    {
        var clock = new SweepClock(time);
        time.Lived.Advance(TimeSpan.FromHours(5));
        Assert.Equal(Start + TimeSpan.FromHours(5), clock.Now);
    }

    [Fact]
    public void A_clock_that_is_set_forward_makes_nothing_due()
    {
        var clock = new SweepClock(time);
        time.Offset = TimeSpan.FromDays(3650);
        time.Lived.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Start + TimeSpan.FromHours(1), clock.Now);
    }

    [Fact]
    public void A_clock_that_is_set_back_counts_at_once()
    {
        var clock = new SweepClock(time);
        time.Offset = -TimeSpan.FromHours(2);
        Assert.Equal(Start - TimeSpan.FromHours(2), clock.Now);
    }

    /// <summary>A wall clock that somebody sets, over time that only passes.</summary>
    private sealed class SettableClock : TimeProvider
    {
        public FakeTimeProvider Lived { get; } = new(Start);

        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => Lived.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Lived.GetUtcNow() + Offset;

        public override long GetTimestamp() => Lived.GetTimestamp();
    }
}
