namespace Registry.Gc.Retention;

/// <summary>The highest version first; equal ones (1.0.0 and v1.0.0) by push. Tags that are no version do not count.</summary>
internal sealed class VersionOrder : ITagOrder
{
    public string Name => "version";

    public string Uncounted => "no version";

    public IReadOnlyList<int> Sort(IReadOnlyList<TagFacts> tags)
    {
        var versions = new List<(int Place, SemanticVersion Version)>();
        for (var place = 0; place < tags.Count; place++)
        {
            if (SemanticVersion.TryParse(tags[place].Name.ToString(), out var version))
            {
                versions.Add((place, version));
            }
        }

        versions.Sort((a, b) => b.Version.CompareTo(a.Version) is var order and not 0 ? order : PushOrder.Compare(tags[b.Place], tags[a.Place]));
        return versions.ConvertAll(v => v.Place);
    }
}
