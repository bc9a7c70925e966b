using Registry.Gc.Retention;

namespace Registry.Api.Configuration;

/// <summary>Patterns for repositories as they stand in a setting: <c>team/*, library/**</c>.</summary>
internal sealed class NameList(string text)
{
    private readonly List<NamePattern> patterns = Split(text).ConvertAll(one => NamePattern.Parse(one, NameKind.Repository));

    /// <summary>Null: it is right.</summary>
    public static string? FindMistake(string text) => Split(text).Select(one => NamePattern.FindMistake(one, NameKind.Repository) is { } mistake ? $"has '{one}', which {mistake}" : null).FirstOrDefault(m => m is not null);

    public bool Contains(string name) => patterns.Exists(pattern => pattern.Matches(name));

    private static List<string> Split(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
