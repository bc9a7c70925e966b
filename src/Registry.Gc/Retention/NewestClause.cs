namespace Registry.Gc.Retention;

/// <summary>Keeps the newest N of the tags that the rule covers, whether or not something else keeps them too.</summary>
internal sealed class NewestClause(int count, ITagOrder order) : IKeepClause
{
    public void Judge(IReadOnlyList<TagFacts> covered, DateTimeOffset now, Span<KeepVerdict> verdicts)
    {
        verdicts.Clear();
        var rank = 0;
        foreach (var place in order.Sort(covered))
        {
            rank++;
            verdicts[place] = new KeepVerdict(rank <= count, rank);
        }
    }

    public string? Explain(TagFacts tag, KeepVerdict verdict, DateTimeOffset now) => verdict switch
    {
        { Rank: 0 } => order.Uncounted,
        { Keeps: true } => $"{Wording.Newest(verdict.Rank)} of {count} by {order.Name}",
        // The time of the push is said next.
        _ when order == TagOrders.ByPush => Wording.Newest(verdict.Rank),
        _ => $"{Wording.Newest(verdict.Rank)} by {order.Name}",
    };
}
