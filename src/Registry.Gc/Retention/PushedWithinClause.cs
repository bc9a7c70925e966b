namespace Registry.Gc.Retention;

/// <summary>Keeps what was pushed lately.</summary>
/// <param name="text">The span as the policy has it.</param>
internal sealed class PushedWithinClause(TimeSpan span, string text) : IKeepClause
{
    public void Judge(IReadOnlyList<TagFacts> covered, DateTimeOffset now, Span<KeepVerdict> verdicts)
    {
        for (var i = 0; i < covered.Count; i++)
        {
            verdicts[i] = new KeepVerdict(now - covered[i].PushedAt <= span);
        }
    }

    public string? Explain(TagFacts tag, KeepVerdict verdict, DateTimeOffset now) =>
        verdict.Keeps ? $"{Wording.LastPush(tag, now)}, within {text}" : null;
}
