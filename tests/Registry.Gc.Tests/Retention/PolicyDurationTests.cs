using System.Globalization;
using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

public sealed class PolicyDurationTests
{
    [Theory]
    [InlineData("14d", "14.00:00:00")]
    [InlineData("36h", "1.12:00:00")]
    [InlineData("2w", "14.00:00:00")]
    [InlineData("1w3d", "10.00:00:00")]
    [InlineData("1d12h30min15s", "1.12:30:15")]
    [InlineData("90s", "00:01:30")]
    [InlineData("P14D", "14.00:00:00")]
    [InlineData("PT36H", "1.12:00:00")]
    [InlineData("P1DT12H30M15S", "1.12:30:15")]
    [InlineData("P2W", "14.00:00:00")]
    [InlineData("14.00:00:00", "14.00:00:00")]
    [InlineData("36:00:00", null)]
    [InlineData("12:00:00", "12:00:00")]
    public void A_time_span_in_each_form(string text, string? expected)
    {
        if (expected is null)
        {
            Assert.NotNull(PolicyDuration.FindMistake(text));
            return;
        }

        Assert.Null(PolicyDuration.FindMistake(text));
        Assert.Equal(TimeSpan.ParseExact(expected, "c", CultureInfo.InvariantCulture), PolicyDuration.Parse(text));
    }

    [Theory]
    [InlineData("30", "has no unit: write 30d for days or 30h for hours")]
    [InlineData("6m", "may be minutes or months: write 6min for minutes, and months in days, such as 30d")]
    [InlineData("6M", "may be minutes or months")]
    [InlineData("0d", "is no time at all")]
    [InlineData("00:00:00", "is no time at all")]
    [InlineData("-1.00:00:00", "is no time at all")]
    [InlineData("3651d", "is longer than 3650 days")]
    [InlineData("999999999w", "is longer than 3650 days")]
    [InlineData("", "is no time span: write for example 14d, 36h or 1w3d (units w, d, h, min, s)")]
    [InlineData("d", "is no time span")]
    [InlineData("1d1d", "is no time span")]
    [InlineData("1h1d", "is no time span")]
    [InlineData("1.5d", "is no time span")]
    [InlineData("14 d", "is no time span")]
    [InlineData("14D", "is no time span")]
    [InlineData("two weeks", "is no time span")]
    [InlineData("P", "is no time span")]
    [InlineData("PT", "is no time span")]
    [InlineData("P1DT", "is no time span")]
    [InlineData("P1M", "is no time span")]
    [InlineData("P1Y", "is no time span")]
    [InlineData("1y", "is no time span")]
    public void What_is_none_says_what_to_write(string text, string mistake)
    {
        Assert.StartsWith(mistake, PolicyDuration.FindMistake(text));
        Assert.Throws<FormatException>(() => PolicyDuration.Parse(text));
    }

    [Fact]
    public void Any_text_is_a_time_span_or_a_mistake() =>
        Gen.OneOf(Gen.String, Gen.Char["019dhminswPTDM:. "].Array[0, 14].Select(chars => new string(chars)))
            .Sample(text => PolicyDuration.FindMistake(text) is not null || PolicyDuration.Parse(text) > TimeSpan.Zero, iter: 50_000);
}
