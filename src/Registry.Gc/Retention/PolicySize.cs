using System.Globalization;

namespace Registry.Gc.Retention;

/// <summary>
/// A number of bytes as people write it: <c>500GiB</c> in steps of 1024, <c>500GB</c> in steps of 1000. A unit that could be
/// either (<c>500G</c>, <c>500KB</c>) is refused, and so is a number without one.
/// </summary>
internal static class PolicySize
{
    public const string Form = "write a whole number with a unit, for example 500GiB or 2TB (units B, KiB, MiB, GiB, TiB, PiB; kB, MB, GB, TB, PB)";

    /// <summary>As many digits as a 64-bit number has at most; more are far too many bytes whatever the unit.</summary>
    private const int MaxDigits = 19;

    private const long Largest = 1L << 60;

    private static readonly string[] BinaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    private static readonly string[] DecimalUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>What is wrong with it and what to write instead; null if nothing is.</summary>
    public static string? FindMistake(string text)
    {
        if (TryRead(text, out var bytes))
        {
            return bytes == 0 ? "is no room at all: write at least 1B"
                : bytes > Largest ? "is more than 1024PiB: write a smaller one"
                : null;
        }

        var (number, unit) = Split(text);
        if (number.Length is 0 or > MaxDigits)
        {
            return $"is no size: {Form}";
        }

        if (unit.Length == 0)
        {
            return $"has no unit: write {number}GiB, or without quotes for bytes, {number}";
        }

        var step = FindStep(unit.Trim());
        return step < 1 ? $"is no size: {Form}" : $"is no size: write {number}{BinaryUnits[step]} (steps of 1024) or {number}{DecimalUnits[step]} (steps of 1000)";
    }

    /// <summary>In bytes, from 1 to 2^60.</summary>
    /// <exception cref="FormatException">It has a mistake.</exception>
    public static long Parse(string text) =>
        FindMistake(text) is null && TryRead(text, out var bytes) ? (long)bytes : throw new FormatException($"'{text}' is no size.");

    private static bool TryRead(string text, out Int128 bytes)
    {
        var (number, unit) = Split(text);
        var (binary, @decimal) = (Array.IndexOf(BinaryUnits, unit), Array.IndexOf(DecimalUnits, unit));
        bytes = 0;
        if (number.Length == 0 || (binary < 0 && @decimal < 0))
        {
            return false;
        }

        var digits = number.TrimStart('0');
        bytes = digits.Length > MaxDigits ? Int128.MaxValue : digits.Length == 0 ? 0 : Int128.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        for (var step = Math.Max(binary, @decimal); step > 0 && bytes <= Largest; step--)
        {
            bytes *= binary >= 0 ? 1024 : 1000;
        }

        return true;
    }

    private static (string Number, string Unit) Split(string text) =>
        text.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? (text[..end], text[end..]) : (text, "");

    /// <summary>Which power is probably meant: by the first letter of something like G, Gi, gb or GIB. -1 if none is.</summary>
    private static int FindStep(string unit) =>
        unit.ToUpperInvariant() is { Length: >= 1 and <= 3 } upper && upper[1..] is "" or "I" or "B" or "IB"
            ? Array.FindIndex(DecimalUnits, 1, known => char.ToUpperInvariant(known[0]) == upper[0])
            : -1;
}
