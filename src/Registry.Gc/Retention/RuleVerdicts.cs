namespace Registry.Gc.Retention;

/// <summary>What one rule says of the tags of one repository.</summary>
internal sealed class RuleVerdicts
{
    private const int Uncovered = -1;

    private readonly RetentionRule rule;
    private readonly List<TagFacts> covered = [];

    /// <summary>For each tag, its place among the covered ones.</summary>
    private readonly int[] places;

    /// <summary>For each clause, the verdict on each covered tag.</summary>
    private readonly KeepVerdict[][] verdicts;

    /// <param name="tags">All tags of the repository. Signature tags are never covered, so they are not counted either.</param>
    public RuleVerdicts(RetentionRule rule, IReadOnlyList<TagFacts> tags, DateTimeOffset now)
    {
        this.rule = rule;
        places = new int[tags.Count];
        for (var i = 0; i < tags.Count; i++)
        {
            places[i] = Uncovered;
            if (!SignatureTags.Is(tags[i].Name.ToString()) && rule.Covered.CoverTag(tags[i].Name))
            {
                places[i] = covered.Count;
                covered.Add(tags[i]);
            }
        }

        verdicts = new KeepVerdict[rule.Keeps.Count][];
        for (var clause = 0; clause < verdicts.Length; clause++)
        {
            verdicts[clause] = new KeepVerdict[covered.Count];
            rule.Keeps[clause].Judge(covered, now, verdicts[clause]);
        }
    }

    public string Name => rule.Covered.Name;

    public RuleWhen When => rule.When;

    public bool Covers(int tag) => places[tag] != Uncovered;

    public bool Keeps(int tag)
    {
        foreach (var ofClause in verdicts)
        {
            if (Covers(tag) && ofClause[places[tag]].Keeps)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why the rule keeps a tag, one text for each clause that does; none if it does not.</summary>
    public IEnumerable<string> ExplainKeeping(int tag, DateTimeOffset now) => Explain(tag, v => v.Keeps, now);

    /// <summary>Why the rule lets a tag go that it covers and does not keep.</summary>
    public string ExplainLettingGo(int tag, DateTimeOffset now)
    {
        var facts = covered[places[tag]];
        return string.Join(", ", [.. Explain(tag, v => !v.Keeps, now), Wording.LastPush(facts, now), Wording.LastPull(facts, now)]);
    }

    private IEnumerable<string> Explain(int tag, Func<KeepVerdict, bool> which, DateTimeOffset now)
    {
        for (var clause = 0; Covers(tag) && clause < verdicts.Length; clause++)
        {
            var verdict = verdicts[clause][places[tag]];
            if (which(verdict) && rule.Keeps[clause].Explain(covered[places[tag]], verdict, now) is { } words)
            {
                yield return words;
            }
        }
    }
}
