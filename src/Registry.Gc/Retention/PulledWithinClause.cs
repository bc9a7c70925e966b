namespace Registry.Gc.Retention;

/// <summary>Keeps what was used lately. A push counts as a use: what was pushed since its last pull has not had its time yet.</summary>
/// <param name="text">The span as the policy has it.</param>
internal sealed class PulledWithinClause(TimeSpan span, string text) : IKeepClause
{
    public void Judge(IReadOnlyList<TagFacts> covered, DateTimeOffset now, Span<KeepVerdict> verdicts)
    {
        for (var i = 0; i < covered.Count; i++)
        {
            var pulled = covered[i].LastPulledAt is { } at && now - at <= span;
            verdicts[i] = new KeepVerdict(pulled || now - covered[i].PushedAt <= span);
        }
    }

    public string? Explain(TagFacts tag, KeepVerdict verdict, DateTimeOffset now)
    {
        if (!verdict.Keeps)
        {
            return null;
        }

        return tag.LastPulledAt is { } at && now - at <= span
            ? $"pulled {Wording.Ago(now - at)}, within {text}"
            : $"{Wording.LastPush(tag, now)}, and a push counts as a pull, within {text}";
    }
}
