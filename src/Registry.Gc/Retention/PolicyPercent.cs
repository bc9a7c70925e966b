using System.Globalization;

namespace Registry.Gc.Retention;

/// <summary>A part of a whole, more than nothing and at most all of it: <c>90%</c>, <c>87.5%</c>.</summary>
internal static class PolicyPercent
{
    /// <summary>Characters, the sign included. More decimals than that of the largest size are less than a byte.</summary>
    private const int MaxLength = 16;

    private const string Form = "write for example 90% or 87.5%";

    /// <summary>What is wrong with it and what to write instead; null if nothing is.</summary>
    public static string? FindMistake(string text)
    {
        if (TryRead(text, out var percent))
        {
            return percent == 0 ? "is nothing: write more than 0%"
                : percent > 100 ? "is more than all of it: write at most 100%"
                : null;
        }

        return TryRead(text + "%", out _) ? $"has no percent sign: write {text}%" : $"is no percentage: {Form}";
    }

    /// <summary>In percent: more than 0, at most 100.</summary>
    /// <exception cref="FormatException">It has a mistake.</exception>
    public static decimal Parse(string text) =>
        FindMistake(text) is null && TryRead(text, out var percent) ? percent : throw new FormatException($"'{text}' is no percentage.");

    private static bool TryRead(string text, out decimal percent)
    {
        percent = 0;
        return text.Length is > 1 and <= MaxLength
            && text[^1] == '%'
            && char.IsAsciiDigit(text[0])
            && char.IsAsciiDigit(text[^2])
            && decimal.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out percent);
    }
}
