using System.Globalization;

namespace Registry.Gc.Retention;

/// <summary>
/// A time span as people write it: <c>14d</c>, <c>36h</c>, <c>1w3d</c>; ISO 8601, <c>P14D</c>, <c>PT36H</c>; or as in the
/// configuration, <c>14.00:00:00</c>. What could be read in two ways is refused: a number without a unit, and <c>m</c>.
/// </summary>
internal static class PolicyDuration
{
    public const string Form = "write for example 14d, 36h or 1w3d (units w, d, h, min, s)";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    private static readonly (string Unit, TimeSpan Span)[] Units =
        [("w", TimeSpan.FromDays(7)), ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("min", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1))];

    private static readonly (string Unit, TimeSpan Span)[] IsoDateUnits = [("W", TimeSpan.FromDays(7)), ("D", TimeSpan.FromDays(1))];

    private static readonly (string Unit, TimeSpan Span)[] IsoTimeUnits =
        [("H", TimeSpan.FromHours(1)), ("M", TimeSpan.FromMinutes(1)), ("S", TimeSpan.FromSeconds(1))];

    /// <summary>What is wrong with it and what to write instead; null if nothing is.</summary>
    public static string? FindMistake(string text)
    {
        if (TryRead(text, out var value))
        {
            return value <= TimeSpan.Zero ? "is no time at all: leave it out, or write a longer one"
                : value > Longest ? $"is longer than {Longest.Days} days: write a shorter one"
                : null;
        }

        var number = text.AsSpan().Trim();
        var digits = number.TrimEnd("mM");
        return digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || number.Length - digits.Length > 1 ? $"is no time span: {Form}"
            : number.Length == digits.Length ? $"has no unit: write {digits}d for days or {digits}h for hours"
            : $"may be minutes or months: write {digits}min for minutes, and months in days, such as 30d";
    }

    /// <exception cref="FormatException">It has a mistake.</exception>
    public static TimeSpan Parse(string text) =>
        FindMistake(text) is null && TryRead(text, out var value) ? value : throw new FormatException($"'{text}' is no time span.");

    private static bool TryRead(string text, out TimeSpan value)
    {
        if (text.StartsWith('P'))
        {
            // "P1DT": a T announces at least one unit.
            var time = text.IndexOf('T', StringComparison.Ordinal);
            var dates = text.AsSpan(1, (time < 0 ? text.Length : time) - 1);
            value = TimeSpan.Zero;
            return (!dates.IsEmpty || time > 0)
                && (dates.IsEmpty || TryAdd(dates, IsoDateUnits, ref value))
                && (time < 0 || TryAdd(text.AsSpan(time + 1), IsoTimeUnits, ref value));
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParseExact(text, ["c", @"d\.hh\:mm"], CultureInfo.InvariantCulture, out value);
        }

        value = TimeSpan.Zero;
        return TryAdd(text, Units, ref value);
    }

    /// <summary>Reads numbers with units, the largest unit first, each at most once; at least one.</summary>
    private static bool TryAdd(ReadOnlySpan<char> text, (string Unit, TimeSpan Span)[] units, ref TimeSpan sum)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        var next = 0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9)
            {
                return false;
            }

            var letters = text[digits..].IndexOfAnyInRange('0', '9') is var end and >= 0 ? end : text.Length - digits;
            var unit = text.Slice(digits, letters).ToString();
            var found = Array.FindIndex(units, next, u => u.Unit == unit);
            if (found < 0)
            {
                return false;
            }

            // Nine digits of weeks are more than a TimeSpan holds; far beyond the longest is all that matters then.
            var span = (decimal)int.Parse(text[..digits], CultureInfo.InvariantCulture) * units[found].Span.Ticks + sum.Ticks;
            sum = span > TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)span);
            next = found + 1;
            text = text[(digits + letters)..];
        }

        return true;
    }
}
