using System.Text.RegularExpressions;

namespace Registry.Gc.Retention;

/// <summary>
/// A pattern for repositories or tags as it stands in a policy: a glob, or <c>regex:</c> and a regular expression. Either one
/// is for the whole name, minds the case, and is matched in time linear in the name's length.
/// </summary>
internal sealed class NamePattern
{
    /// <summary>No name has a colon, so this cannot be the beginning of a glob.</summary>
    public const string RegexPrefix = "regex:";

    public const int MaxRegexLength = 256;

    private readonly Func<string, bool> matches;

    private NamePattern(string text, Func<string, bool> matches) => (Text, this.matches) = (text, matches);

    public string Text { get; }

    public static bool IsRegex(string text) => text.StartsWith(RegexPrefix, StringComparison.Ordinal);

    /// <summary>What is wrong with it and what to write instead; null if nothing is.</summary>
    public static string? FindMistake(string text, NameKind kind)
    {
        if (!IsRegex(text))
        {
            return Glob.FindMistake(text, kind);
        }

        var expression = text[RegexPrefix.Length..];
        if (expression.Length is 0 or > MaxRegexLength)
        {
            return $"is a regular expression of {expression.Length} characters: write 1 to {MaxRegexLength}";
        }

        try
        {
            // First by itself: what is wrong is then said at the offset where the author sees it.
            _ = Compile(expression);
            _ = Compile(Whole(expression));
            return null;
        }
        catch (NotSupportedException)
        {
            return "is a regular expression that takes no linear time: write it without look-around, back-references, atomic groups, conditions and large repeat counts";
        }
        catch (ArgumentException e)
        {
            return $"is not a regular expression: {e.Message}";
        }
    }

    /// <exception cref="ArgumentException">It has a mistake.</exception>
    public static NamePattern Parse(string text, NameKind kind) => FindMistake(text, kind) is { } mistake
        ? throw new ArgumentException($"'{text}' {mistake}.", nameof(text))
        : new NamePattern(text, IsRegex(text) ? Compile(Whole(text[RegexPrefix.Length..])).IsMatch : new GlobMatcher(text).Matches);

    public bool Matches(string name) => matches(name);

    public override string ToString() => Text;

    private static string Whole(string expression) => $@"\A(?:{expression})\z";

    private static Regex Compile(string expression) => new(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
}
