using System.ComponentModel;
using System.Globalization;

namespace Registry.Api.Configuration;

/// <summary>Reads section <c>Registry</c> and finds every mistake in it at once: unknown keys, wrong types, wrong values.</summary>
internal static class ConfigurationReader
{
    /// <summary>Options are valid only if there is no mistake. Each mistake begins with its key.</summary>
    public static (RegistryOptions Options, IReadOnlyList<string> Mistakes) Read(IConfiguration configuration)
    {
        var mistakes = new List<string>();
        var readable = new Dictionary<string, string?>();
        foreach (var (key, value) in configuration.GetSection(Setting.Section).AsEnumerable().Where(pair => pair.Value is not null))
        {
            if (FindMistake(key, value!) is { } mistake)
            {
                mistakes.Add(mistake);
            }
            else
            {
                readable[key] = value;
            }
        }

        // The settings that can be read are checked further, so that one start shows every mistake.
        var options = new ConfigurationBuilder().AddInMemoryCollection(readable).Build().GetSection(Setting.Section).Get<RegistryOptions>() ?? new RegistryOptions();
        mistakes.AddRange(new RegistryOptionsValidator().Validate(options).Errors
            .Select(e => (Key: $"{Setting.Section}:{e.PropertyName.Replace('.', ':')}", Error: e))
            .Select(m => $"{m.Key} {m.Error.ErrorMessage}; it is {Shown(Setting.All.First(s => s.Key == m.Key), Convert.ToString(m.Error.AttemptedValue, CultureInfo.CurrentCulture))}."));
        return (options, mistakes);
    }

    private static string? FindMistake(string key, string value)
    {
        var setting = Setting.All.FirstOrDefault(s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
        if (setting is null)
        {
            return $"{key} is not a setting; did you mean {Nearest.To(key).Key}? --help lists them all.";
        }

        if (setting.Type == typeof(TimeSpan) && value.Trim() is { Length: > 0 } number && number.All(char.IsAsciiDigit))
        {
            // .NET takes it as days, and most people mean seconds.
            return $"{setting.Key} is '{value}': seconds or days? 00:00:30 is thirty seconds, 30.00:00:00 thirty days ([days.]hours:minutes:seconds).";
        }

        try
        {
            TypeDescriptor.GetConverter(setting.Type).ConvertFromString(null, CultureInfo.InvariantCulture, value);
            return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return $"{setting.Key} is {Shown(setting, value)}, which is not {Describe(setting.Type)}.";
        }
    }

    /// <summary>A secret is in no message, and neither is an address with a password in it.</summary>
    private static string Shown(Setting setting, string? value) =>
        setting.IsSecret || Uri.TryCreate(value, UriKind.Absolute, out var url) && url.UserInfo.Length > 0 ? "not shown here" : $"'{value}'";

    private static string Describe(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(TimeSpan) => "a time span like 00:30:00 or 1.00:00:00 ([days.]hours:minutes:seconds)",
        var t when t == typeof(long) || t == typeof(int) => "a whole number",
        var t when t == typeof(bool) => "true or false",
        { IsEnum: true } t => "one of " + string.Join(", ", Enum.GetNames(t)),
        var t => $"a {t.Name}",
    };
}
