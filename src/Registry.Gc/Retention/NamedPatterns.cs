using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>Tags in repositories, by patterns, under a name: what a rule covers, what is protected, what is immutable.</summary>
internal sealed class NamedPatterns(string name, IReadOnlyList<NamePattern> repositories, IReadOnlyList<NamePattern> tags)
{
    public string Name => name;

    public static NamedPatterns From(PatternsDraft draft) => new(
        draft.Name!,
        [.. draft.Repositories!.Select(text => NamePattern.Parse(text!, NameKind.Repository))],
        [.. draft.Tags!.Select(text => NamePattern.Parse(text!, NameKind.Tag))]);

    public bool CoverRepository(RepositoryName repository) => MatchAny(repositories, repository.ToString());

    /// <summary>Whether the tag is meant, in a repository that is.</summary>
    public bool CoverTag(Tag tag) => MatchAny(tags, tag.ToString());

    private static bool MatchAny(IReadOnlyList<NamePattern> patterns, string name)
    {
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(name))
            {
                return true;
            }
        }

        return false;
    }
}
