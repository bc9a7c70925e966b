namespace Registry.Gc.Retention;

/// <summary>
/// Globs over names: <c>*</c> is any run of characters within a path component, <c>**</c> one over several, <c>?</c> one
/// character of a component, <c>{a,b}</c> either (they nest). <c>**/</c> before a component may be nothing, as in .gitignore:
/// <c>**/cache</c> is <c>cache</c> at any depth, <c>team/**</c> is everything below <c>team</c>, not <c>team</c> itself.
/// </summary>
internal static class Glob
{
    public const int MaxLength = 256;

    private const int MaxNesting = 8;

    /// <summary>What is wrong with it and what to write instead; null if nothing is.</summary>
    public static string? FindMistake(string glob, NameKind kind)
    {
        if (glob.Length == 0)
        {
            return $"is empty: write '{(kind == NameKind.Repository ? "**" : "*")}' for every {kind.Noun}";
        }

        if (glob.Length > MaxLength)
        {
            return $"is longer than {MaxLength} characters: write several patterns";
        }

        if (kind == NameKind.Repository && (glob.StartsWith('/') || glob.EndsWith('/') || glob.Contains("//", StringComparison.Ordinal)))
        {
            return "matches nothing: a repository's name has no '/' at its ends and no two in a row";
        }

        var open = 0;
        foreach (var c in glob)
        {
            open += c switch { '{' => 1, '}' => -1, _ => 0 };
            if (open < 0)
            {
                return "has a '}' without a '{': write {a,b}";
            }

            if (open > MaxNesting)
            {
                return $"has braces nested more than {MaxNesting} deep: write several patterns";
            }

            if (c is '*' or '?' or '{' or '}' || c == ',' && open > 0)
            {
                continue;
            }

            if (c is '[' or ']' or '\\' or '!' or '^' or '$' or '(' or ')' or '|' or '+')
            {
                return $"has a '{c}', which means nothing in a glob: use *, **, ? and {{a,b}}, or a regular expression, '{NamePattern.RegexPrefix}...'";
            }

            if (!kind.Literals.Contains(c))
            {
                return $"matches nothing, because of '{Quote(c)}': a {kind.Noun} has only {kind.Alphabet}";
            }
        }

        return open > 0 ? "has a '{' without a '}': write {a,b}" : null;
    }

    private static string Quote(char c) => char.IsControl(c) || char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString();
}
