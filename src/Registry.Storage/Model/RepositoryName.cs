namespace Registry.Storage.Model;

/// <summary>
/// A repository's name: lower-case path components of letters and digits with single separators <c>.</c>, <c>_</c>,
/// <c>__</c> or any number of <c>-</c> between them, at most 255 characters (distribution specification,
/// "Pulling manifests"). <c>default</c> is not a name and prints so.
/// </summary>
public readonly record struct RepositoryName
{
    public const int MaxLength = 255;

    private readonly string? text;

    private RepositoryName(string text) => this.text = text;

    public bool IsValid => text is not null;

    public static bool TryParse(string? value, out RepositoryName name)
    {
        name = default;
        if (string.IsNullOrEmpty(value) || value.Length > MaxLength)
        {
            return false;
        }

        var rest = value.AsSpan();
        while (true)
        {
            var slash = rest.IndexOf('/');
            if (!IsComponent(slash < 0 ? rest : rest[..slash]))
            {
                return false;
            }

            if (slash < 0)
            {
                name = new RepositoryName(value);
                return true;
            }

            rest = rest[(slash + 1)..];
        }
    }

    /// <exception cref="FormatException">The value is not a repository name.</exception>
    public static RepositoryName Parse(string value) =>
        TryParse(value, out var name) ? name : throw new FormatException($"'{value}' is not a repository name.");

    public override string ToString() => text ?? "(no repository)";

    private static bool IsComponent(ReadOnlySpan<char> component)
    {
        if (component.IsEmpty || !char.IsAsciiLetterLower(component[0]) && !char.IsAsciiDigit(component[0]))
        {
            return false;
        }

        var at = 0;
        while (at < component.Length)
        {
            if (char.IsAsciiLetterLower(component[at]) || char.IsAsciiDigit(component[at]))
            {
                at++;
                continue;
            }

            var separator = component[at];
            var end = at;
            while (end < component.Length && component[end] == separator)
            {
                end++;
            }

            var allowed = separator switch { '.' => 1, '_' => 2, '-' => int.MaxValue, _ => 0 };
            if (end - at > allowed || end == component.Length
                || !char.IsAsciiLetterLower(component[end]) && !char.IsAsciiDigit(component[end]))
            {
                return false;
            }

            at = end;
        }

        return true;
    }
}
