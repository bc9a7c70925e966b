using System.Globalization;

namespace Registry.Gc.Retention;

/// <summary>Numbers and times as a person says them.</summary>
internal static class Wording
{
    private static readonly (string Unit, TimeSpan Span)[] Units =
        [("days", TimeSpan.FromDays(1)), ("hours", TimeSpan.FromHours(1)), ("minutes", TimeSpan.FromMinutes(1)), ("seconds", TimeSpan.FromSeconds(1))];

    /// <summary>In whole units of the largest kind of which there are two: "40 days", "36 hours".</summary>
    public static string Span(TimeSpan span)
    {
        foreach (var (unit, length) in Units)
        {
            if (span >= 2 * length)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{span.Ticks / length.Ticks} {unit}");
            }
        }

        // Also a time in the future, from a clock that was wrong.
        return "a moment";
    }

    public static string Ago(TimeSpan span) => $"{Span(span)} ago";

    public static string LastPush(TagFacts tag, DateTimeOffset now) => $"pushed {Ago(now - tag.PushedAt)}";

    public static string LastPull(TagFacts tag, DateTimeOffset now) => tag.LastPulledAt switch
    {
        null => "never pulled",
        { } at when now - at >= TimeSpan.FromDays(2) => $"not pulled for {Span(now - at)}",
        { } at => $"pulled {Ago(now - at)}",
    };

    /// <summary>"newest", "2nd newest", "11th newest".</summary>
    public static string Newest(int rank) => rank == 1 ? "newest" : string.Create(CultureInfo.InvariantCulture, $"{rank}{Suffix(rank)} newest");

    private static string Suffix(int number) => (number % 100) switch
    {
        11 or 12 or 13 => "th",
        _ => (number % 10) switch { 1 => "st", 2 => "nd", 3 => "rd", _ => "th" },
    };
}
