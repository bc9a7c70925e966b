namespace Registry.Gc.Retention;

/// <summary>In which order "newest N" counts tags.</summary>
internal interface ITagOrder
{
    /// <summary>As it stands after "by", in the document and in reasons.</summary>
    string Name { get; }

    /// <summary>What a reason says of a tag that this order does not count.</summary>
    string Uncounted { get; }

    /// <summary>The places of those tags that count, the newest first; a total order, so that it never depends on the input's.</summary>
    IReadOnlyList<int> Sort(IReadOnlyList<TagFacts> tags);
}

internal static class TagOrders
{
    public static readonly ITagOrder ByPush = new PushOrder();
    public static readonly ITagOrder ByVersion = new VersionOrder();

    public static IReadOnlyDictionary<string, ITagOrder> All { get; } =
        new[] { ByPush, ByVersion }.ToDictionary(order => order.Name, StringComparer.Ordinal);

    /// <summary>For messages.</summary>
    public static string Names { get; } = string.Join(" or ", All.Keys.Select(name => $"\"{name}\""));
}
