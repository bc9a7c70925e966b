namespace Registry.Gc.Retention;

/// <summary>The last push first; of several in one moment, the name that sorts last.</summary>
internal sealed class PushOrder : ITagOrder
{
    public string Name => "push";

    public string Uncounted => throw new InvalidOperationException("Every tag was pushed.");

    public IReadOnlyList<int> Sort(IReadOnlyList<TagFacts> tags)
    {
        var places = Enumerable.Range(0, tags.Count).ToArray();
        Array.Sort(places, (a, b) => Compare(tags[b], tags[a]));
        return places;
    }

    /// <summary>Less than 0 if <paramref name="a"/> is the older one.</summary>
    public static int Compare(TagFacts a, TagFacts b) =>
        a.PushedAt.CompareTo(b.PushedAt) is var order and not 0 ? order : string.CompareOrdinal(a.Name.ToString(), b.Name.ToString());
}
