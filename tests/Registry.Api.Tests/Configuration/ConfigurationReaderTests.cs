using System.Text;
using CsCheck;
using Microsoft.Extensions.Configuration;
using Registry.Api.Configuration;

namespace Registry.Api.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    [Fact]
    public void Without_any_setting_the_defaults_hold()
    {
        var (options, mistakes) = ConfigurationReader.Read(new ConfigurationBuilder().Build());
        Assert.Empty(mistakes);
        Assert.Equal(new RegistryOptions(), options);
    }

    [Fact]
    public void Every_setting_is_read_whatever_the_case_of_its_key()
    {
        var (options, mistakes) = Read(
            ("REGISTRY:DATADIRECTORY", "/srv"), ("registry:shutdowntimeout", "00:00:05"), ("Registry:collection:PROMISE", "2.00:00:00"),
            ("Registry:Collection:Drain", "00:00:00"), ("Registry:Collection:UploadExpiry", "01:00:00"));
        Assert.Empty(mistakes);
        Assert.Equal(("/srv", TimeSpan.FromSeconds(5), TimeSpan.FromDays(2)), (options.DataDirectory, options.ShutdownTimeout, options.Collection.Promise));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromHours(1)), (options.Collection.Drain, options.Collection.UploadExpiry));
    }

    [Theory]
    [InlineData("Registry:DataDirectry", "Registry:DataDirectory")]
    [InlineData("Registry:dataDir", "Registry:DataDirectory")]
    [InlineData("Registry:Promise", "Registry:Collection:Promise")]
    [InlineData("Registry:Colection:UploadExpiri", "Registry:Collection:UploadExpiry")]
    [InlineData("Registry:DataDirectory:0", "Registry:DataDirectory")]
    [InlineData("Registry:Collection", "Registry:Collection:Drain")]
    public void An_unknown_key_is_named_with_the_nearest_one(string key, string nearest)
    {
        var mistake = Assert.Single(Read((key, "1")).Mistakes);
        Assert.StartsWith($"{key} is not a setting", mistake, StringComparison.Ordinal);
        Assert.Contains($"did you mean {nearest}?", mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("1 hour")]
    [InlineData("25:00:00:00:00")]
    [InlineData("-1 day")]
    public void A_time_span_that_is_none_is_named_with_how_one_is_written(string value)
    {
        var mistake = Assert.Single(Read(("Registry:ShutdownTimeout", value)).Mistakes);
        Assert.Equal($"Registry:ShutdownTimeout is '{value}', which is not a time span like 00:30:00 or 1.00:00:00 ([days.]hours:minutes:seconds).", mistake);
    }

    [Fact]
    public void A_number_is_no_time_span_since_nobody_knows_of_what() =>
        Assert.StartsWith("Registry:ShutdownTimeout is '30': seconds or days?", Assert.Single(Read(("Registry:ShutdownTimeout", "30")).Mistakes), StringComparison.Ordinal);

    [Fact]
    public void A_mistake_of_one_kind_hides_none_of_another() =>
        Assert.Equal(3, Read(("Registry:Nonsense", "1"), ("Registry:ShutdownTimeout", "soon"), ("Registry:Collection:Promise", "-00:00:01")).Mistakes.Count);

    [Fact]
    public void All_mistakes_are_found_at_once()
    {
        var mistakes = Read(("Registry:A", "1"), ("Registry:ShutdownTimeout", "x"), ("Registry:Collection:B", "2"), ("Registry:Collection:Promise", "y")).Mistakes;
        Assert.Equal(4, mistakes.Count);
        Assert.All(["Registry:A ", "Registry:ShutdownTimeout ", "Registry:Collection:B ", "Registry:Collection:Promise "], key => Assert.Single(mistakes, m => m.StartsWith(key, StringComparison.Ordinal)));
    }

    [Fact]
    public void All_wrong_values_are_found_at_once_each_under_its_key()
    {
        var mistakes = Read(("Registry:DataDirectory", " "), ("Registry:ShutdownTimeout", "00:00:00"), ("Registry:Collection:Drain", "-00:00:01")).Mistakes;
        Assert.Equal(3, mistakes.Count);
        Assert.Contains(mistakes, m => m.StartsWith("Registry:DataDirectory is empty", StringComparison.Ordinal));
        Assert.Contains(mistakes, m => m.StartsWith("Registry:ShutdownTimeout must be", StringComparison.Ordinal) && m.Contains("'00:00:00'", StringComparison.Ordinal));
        Assert.Contains(mistakes, m => m.StartsWith("Registry:Collection:Drain must be", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"Registry":null}""", 0)]
    [InlineData("""{"Registry":{}}""", 0)]
    [InlineData("""{"Other":{"Key":1}}""", 0)]
    [InlineData("""{"Registry":{"Collection":null}}""", 0)]
    [InlineData("""{"Registry":{"Collection":{}}}""", 0)]
    [InlineData("""{"Registry":{"DataDirectory":null}}""", 0)]
    [InlineData("""{"Registry":{"ShutdownTimeout":null}}""", 0)]
    [InlineData("""{"Registry":"text"}""", 1)]
    [InlineData("""{"Registry":{"DataDirectory":["a","b"]}}""", 2)]
    [InlineData("""{"Registry":{"DataDirectory":true,"ShutdownTimeout":true}}""", 1)]
    public void Odd_JSON_is_a_mistake_or_nothing_but_never_an_exception(string json, int count)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        var (options, mistakes) = ConfigurationReader.Read(new ConfigurationBuilder().AddJsonStream(stream).Build());
        Assert.Equal(count, mistakes.Count);
        Assert.NotNull(options.Collection);
    }

    [Fact]
    public void No_value_makes_it_throw() =>
        Gen.Select(Gen.Int[0, Setting.All.Count - 1], Gen.String).Sample((i, value) => Read((Setting.All[i].Key, value)).Mistakes.Count <= 1, iter: 2_000);

    private static (RegistryOptions Options, IReadOnlyList<string> Mistakes) Read(params (string Key, string Value)[] settings) =>
        ConfigurationReader.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
