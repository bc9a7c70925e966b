namespace Registry.Gc.Retention;

/// <summary>Keeps tags by their names.</summary>
internal sealed class MatchingClause(IReadOnlyList<NamePattern> patterns) : IKeepClause
{
    public void Judge(IReadOnlyList<TagFacts> covered, DateTimeOffset now, Span<KeepVerdict> verdicts)
    {
        for (var i = 0; i < covered.Count; i++)
        {
            verdicts[i] = new KeepVerdict(Find(covered[i]) is not null);
        }
    }

    public string? Explain(TagFacts tag, KeepVerdict verdict, DateTimeOffset now) => verdict.Keeps ? $"matches '{Find(tag)}'" : null;

    private NamePattern? Find(TagFacts tag)
    {
        var name = tag.Name.ToString();
        foreach (var pattern in patterns)
        {
            if (pattern.Matches(name))
            {
                return pattern;
            }
        }

        return null;
    }
}
