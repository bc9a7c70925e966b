using System.Globalization;
using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

public sealed class PolicySizeTests
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("B", 1), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40), ("PiB", 1L << 50),
        ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("PB", 1_000_000_000_000_000),
    ];

    [Theory]
    [InlineData("1B", 1)]
    [InlineData("1KiB", 1024)]
    [InlineData("1kB", 1000)]
    [InlineData("500GiB", 536_870_912_000)]
    [InlineData("500GB", 500_000_000_000)]
    [InlineData("2TB", 2_000_000_000_000)]
    [InlineData("007MiB", 7_340_032)]
    [InlineData("1024PiB", 1L << 60)]
    [InlineData("1152921504606846976B", 1L << 60)]
    [InlineData("00000000000000000000000001B", 1)]
    public void A_size_in_each_form(string text, long bytes)
    {
        Assert.Null(PolicySize.FindMistake(text));
        Assert.Equal(bytes, PolicySize.Parse(text));
    }

    [Theory]
    [InlineData("0B", "is no room at all: write at least 1B")]
    [InlineData("0000TiB", "is no room at all")]
    [InlineData("1025PiB", "is more than 1024PiB: write a smaller one")]
    [InlineData("1152921504606846977B", "is more than 1024PiB")]
    [InlineData("9999999999999999999PiB", "is more than 1024PiB")]
    [InlineData("99999999999999999999999999999999999999999999B", "is more than 1024PiB")]
    [InlineData("500", "has no unit: write 500GiB, or without quotes for bytes, 500")]
    [InlineData("500G", "is no size: write 500GiB (steps of 1024) or 500GB (steps of 1000)")]
    [InlineData("500Gi", "is no size: write 500GiB (steps of 1024) or 500GB (steps of 1000)")]
    [InlineData("500gb", "is no size: write 500GiB (steps of 1024) or 500GB (steps of 1000)")]
    [InlineData("500 GiB", "is no size: write 500GiB (steps of 1024) or 500GB (steps of 1000)")]
    [InlineData("64KB", "is no size: write 64KiB (steps of 1024) or 64kB (steps of 1000)")]
    [InlineData("", "is no size: write a whole number with a unit, for example 500GiB or 2TB (units B, KiB, MiB, GiB, TiB, PiB; kB, MB, GB, TB, PB)")]
    [InlineData("GiB", "is no size: write a whole number")]
    [InlineData("-5B", "is no size: write a whole number")]
    [InlineData("1.5TiB", "is no size: write a whole number")]
    [InlineData("1TiB512GiB", "is no size: write a whole number")]
    [InlineData("1EiB", "is no size: write a whole number")]
    [InlineData("500bytes", "is no size: write a whole number")]
    [InlineData("500b", "is no size: write a whole number")]
    [InlineData("much", "is no size: write a whole number")]
    [InlineData("99999999999999999999999999999999999999999999", "is no size: write a whole number")]
    public void What_is_none_says_what_to_write(string text, string mistake)
    {
        Assert.StartsWith(mistake, PolicySize.FindMistake(text));
        Assert.Throws<FormatException>(() => PolicySize.Parse(text));
    }

    [Fact]
    public void A_number_counts_its_unit_and_too_many_are_refused() =>
        Gen.Select(Gen.OneOf(Gen.Long[0, 2000], Gen.Long[0, long.MaxValue]), Pick.From(Units)).Sample((number, unit) =>
        {
            var (text, bytes) = (string.Create(CultureInfo.InvariantCulture, $"{number}{unit.Unit}"), (Int128)number * unit.Bytes);
            return bytes >= 1 && bytes <= 1L << 60 ? PolicySize.Parse(text) == bytes : PolicySize.FindMistake(text) is not null;
        });

    [Fact]
    public void Any_text_is_a_size_or_a_mistake() =>
        Gen.OneOf(Gen.String, Gen.Char["0159kKMGTPEiBb. "].Array[0, 30].Select(chars => new string(chars)))
            .Sample(text => PolicySize.FindMistake(text) is not null || PolicySize.Parse(text) is >= 1 and <= 1L << 60, iter: 50_000);

    [Fact]
    public void What_a_mistake_tells_to_write_is_right() =>
        Gen.Select(Gen.Long[1, 1024], Gen.Char["kKmMgGtTpP"], Pick.From("", "i", "b", "IB"), Pick.From("", " ")).Sample((number, letter, rest, space) =>
        {
            var mistake = PolicySize.FindMistake(string.Create(CultureInfo.InvariantCulture, $"{number}{space}{letter}{rest}"))!.Split(' ');
            return PolicySize.FindMistake(mistake[4]) is null && PolicySize.FindMistake(mistake[9]) is null;
        });
}
