using System.Buffers;

namespace Registry.Gc.Retention;

/// <summary>What a pattern is matched with. It knows which characters such a name can have, so that a pattern that matches nothing is found.</summary>
internal sealed record NameKind(string Noun, string Alphabet, SearchValues<char> Literals)
{
    public static readonly NameKind Repository = new(
        "repository",
        "lower-case letters, digits, '.', '_', '-', and '/' between components",
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/"));

    public static readonly NameKind Tag = new(
        "tag",
        "letters, digits, '.', '_' and '-'",
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"));
}
