using Registry.Api.Configuration;
using Registry.Storage.Content;

namespace Registry.Api.Tests.Configuration;

public sealed class RegistryOptionsValidatorTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(KeysOfMistakes(new RegistryOptions()));

    [Theory]
    [InlineData("00:00:01", true)]
    [InlineData("3650.00:00:00", true)]
    [InlineData("00:00:00", false)]
    [InlineData("00:00:00.9999999", false)]
    [InlineData("-00:00:01", false)]
    [InlineData("3650.00:00:00.0000001", false)]
    [InlineData("10675199.02:48:05.4775807", false)]
    public void A_time_span_is_between_a_second_and_ten_years(string text, bool valid)
    {
        var value = TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        var options = new RegistryOptions { Collection = new CollectionOptions { Promise = value, UploadExpiry = value, KeepRecords = value, ReconcileEvery = value } };
        Assert.Equal(valid ? [] : ["Collection.KeepRecords", "Collection.Promise", "Collection.ReconcileEvery", "Collection.UploadExpiry"], KeysOfMistakes(options));
    }

    [Theory]
    [InlineData("00:00:01", true)]
    [InlineData("1.00:00:00", true)]
    [InlineData("1.00:00:01", false)]
    [InlineData("00:00:00", false)]
    public void A_stop_takes_between_a_second_and_a_day(string text, bool valid) =>
        Assert.Equal(valid ? [] : ["ShutdownTimeout"], KeysOfMistakes(new RegistryOptions { ShutdownTimeout = TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture) }));

    [Theory]
    [InlineData(0, true)]
    [InlineData(3650, true)]
    [InlineData(-1, false)]
    [InlineData(3651, false)]
    public void The_drain_may_be_nothing(int days, bool valid) =>
        Assert.Equal(valid ? [] : ["Collection.Drain"], KeysOfMistakes(new RegistryOptions { Collection = new CollectionOptions { Drain = TimeSpan.FromDays(days) } }));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData(null)]
    public void The_data_directory_must_have_a_name(string? text) => Assert.Equal(["DataDirectory"], KeysOfMistakes(new RegistryOptions { DataDirectory = text! }));

    private static IEnumerable<string> KeysOfMistakes(RegistryOptions options) =>
        new RegistryOptionsValidator().Validate(options).Errors.Select(e => e.PropertyName).Order(StringComparer.Ordinal);
}
