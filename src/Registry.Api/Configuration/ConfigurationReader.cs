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
        foreach (var (key, value) in configuration.GetSection(Setting.Section).AsEnumerable().Where(pair => pair.Value is not null || IsNull(configuration, pair.Key)))
        {
            // Null (it can be written in JSON) takes a default away: the validator says what must stand there.
            if (value is not null && FindMistake(key, value) is { } mistake)
            {
                mistakes.Add(mistake);
            }
            else
            {
                readable[key] = value;
            }
        }

        // What can be read is checked too: a wrong type here must not hide a wrong value there.
        var sound = new ConfigurationBuilder().AddInMemoryCollection(readable).Build();
        var options = sound.GetSection(Setting.Section).Get<RegistryOptions>() ?? new RegistryOptions();
        mistakes.AddRange(new RegistryOptionsValidator().Validate(options).Errors
            .Select(e => $"{Setting.Section}:{e.PropertyName.Replace('.', ':')} {e.ErrorMessage}; it is '{e.AttemptedValue}'."));
        return (options, mistakes);
    }

    private static bool IsNull(IConfiguration configuration, string key) => Find(key) is not null && !configuration.GetSection(key).GetChildren().Any();

    private static Setting? Find(string key) => Setting.All.FirstOrDefault(s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    private static string? FindMistake(string key, string value)
    {
        var setting = Find(key);
        if (setting is null)
        {
            // The last part counts twice: who leaves the middle out still knows the name.
            var nearest = Setting.All.MinBy(s => Distance(s.Key, key) + Distance(LastPart(s.Key), LastPart(key)))!;
            return $"{key} is not a setting; did you mean {nearest.Key}? --help lists them all.";
        }

        if (setting.Type == typeof(TimeSpan) && WithoutUnit(value) is { } meanings)
        {
            return $"{setting.Key} is '{value}', which says no unit: {meanings}.";
        }

        try
        {
            TypeDescriptor.GetConverter(setting.Type).ConvertFromString(null, CultureInfo.InvariantCulture, value);
            return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return $"{setting.Key} is '{value}', which is not {Describe(setting.Type)}.";
        }
    }

    /// <summary>.NET takes a bare number for days, and who writes one mostly means seconds. Null: it is none.</summary>
    private static string? WithoutUnit(string value)
    {
        if (!int.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            || !TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var days))
        {
            return null;
        }

        return $"{TimeSpan.FromSeconds(number)} is {number} seconds, {(days.Days == 0 ? days.ToString() : $"{days.Days}.00:00:00")} is {number} days";
    }

    private static string LastPart(string key) => key[(key.LastIndexOf(':') + 1)..];

    private static string Describe(Type type) => type == typeof(TimeSpan)
        ? "a time span like 00:30:00 or 1.00:00:00 ([days.]hours:minutes:seconds)"
        : $"a {type.Name}";

    /// <summary>Levenshtein's distance, ignoring case.</summary>
    private static int Distance(string a, string b)
    {
        var previous = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var current = new int[b.Length + 1];
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (same ? 0 : 1));
            }

            previous = current;
        }

        return previous[^1];
    }
}
