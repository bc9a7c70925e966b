using System.Globalization;

namespace Registry.Benchmarks.Report;

/// <summary>Figures as text.</summary>
internal static class Wording
{
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Seconds(double seconds) => seconds.ToString(seconds < 10 ? "0.00 s" : "0.0 s", CultureInfo.InvariantCulture);

    public static string Mebibytes(long? bytes) => bytes is { } known ? $"{Count(known / 1024 / 1024)} MiB" : "?";

    public static string Milliseconds(double milliseconds) => milliseconds.ToString("0.0 ms", CultureInfo.InvariantCulture);

    public static string Ratio(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture);
}
