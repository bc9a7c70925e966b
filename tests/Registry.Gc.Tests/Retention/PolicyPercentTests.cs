using System.Globalization;
using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

public sealed class PolicyPercentTests
{
    [Theory]
    [InlineData("90%", "90")]
    [InlineData("87.5%", "87.5")]
    [InlineData("100%", "100")]
    [InlineData("100.000%", "100")]
    [InlineData("0.001%", "0.001")]
    [InlineData("080%", "80")]
    public void A_percentage_in_each_form(string text, string percent)
    {
        Assert.Null(PolicyPercent.FindMistake(text));
        Assert.Equal(decimal.Parse(percent, CultureInfo.InvariantCulture), PolicyPercent.Parse(text));
    }

    [Theory]
    [InlineData("90", "has no percent sign: write 90%")]
    [InlineData("0.9", "has no percent sign: write 0.9%")]
    [InlineData("0%", "is nothing: write more than 0%")]
    [InlineData("0.00%", "is nothing")]
    [InlineData("100.1%", "is more than all of it: write at most 100%")]
    [InlineData("999999999999999%", "is more than all of it")]
    [InlineData("", "is no percentage: write for example 90% or 87.5%")]
    [InlineData("%", "is no percentage")]
    [InlineData("-5%", "is no percentage")]
    [InlineData("90 %", "is no percentage")]
    [InlineData(" 90%", "is no percentage")]
    [InlineData(".5%", "is no percentage")]
    [InlineData("5.%", "is no percentage")]
    [InlineData("1.2.3%", "is no percentage")]
    [InlineData("87,5%", "is no percentage")]
    [InlineData("9e1%", "is no percentage")]
    [InlineData("90%%", "is no percentage")]
    [InlineData("ninety", "is no percentage")]
    [InlineData("9999999999999999%", "is no percentage")]
    public void What_is_none_says_what_to_write(string text, string mistake)
    {
        Assert.StartsWith(mistake, PolicyPercent.FindMistake(text));
        Assert.Throws<FormatException>(() => PolicyPercent.Parse(text));
    }

    [Fact]
    public void Any_text_is_a_percentage_or_a_mistake() =>
        Gen.OneOf(Gen.String, Gen.Char["0159%. ,"].Array[0, 18].Select(chars => new string(chars)))
            .Sample(text => PolicyPercent.FindMistake(text) is not null || PolicyPercent.Parse(text) is > 0 and <= 100, iter: 50_000);
}
