namespace Registry.Soak.Promises;

/// <summary>
/// Which of the tags that the policy covers must be there: those that are surely among the newest of their repository. A push
/// counted somewhere between its request and its answer; of two that overlap either may be the newer one.
/// </summary>
internal sealed class NewestTags(int kept)
{
    /// <summary>Two pushes of one moment count by name: the registry's clock has milliseconds.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(5);

    private readonly Dictionary<string, Dictionary<string, TagPushes>> repositories = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>A push, or whatever else sets the tag, is about to be sent.</summary>
    public void Begin(string repository, string tag)
    {
        lock (gate)
        {
            Of(repository, tag).UnderWay++;
        }
    }

    /// <summary>It was answered, or will not be.</summary>
    /// <param name="isSet">False: it may have set the tag, or not.</param>
    public void End(string repository, string tag, bool isSet, TimeSpan sent, TimeSpan arrived)
    {
        lock (gate)
        {
            var pushes = Of(repository, tag);
            pushes.UnderWay--;
            pushes.SetBefore = Later(pushes.SetBefore, arrived);
            if (isSet)
            {
                pushes.SetAfter = Later(pushes.SetAfter, sent);
            }
        }
    }

    /// <summary>Whether so few others may have been pushed after it that the policy keeps it. To be asked once the answer about it has come.</summary>
    public bool MustBeThere(string repository, string tag)
    {
        lock (gate)
        {
            return Of(repository, tag).SetAfter is { } set
                && repositories[repository].Count(other => other.Key != tag && (other.Value.UnderWay > 0 || other.Value.SetBefore > set - Moment)) < kept;
        }
    }

    /// <summary>The last pushes of the repository's tags, for a report.</summary>
    public IReadOnlyList<string> Describe(string repository)
    {
        lock (gate)
        {
            return [.. repositories[repository].OrderBy(pair => pair.Value.SetAfter)
                .Select(pair => $"{pair.Key} was set between {pair.Value.SetAfter?.TotalSeconds:F3} and {pair.Value.SetBefore?.TotalSeconds:F3}, {pair.Value.UnderWay} under way")];
        }
    }

    private TagPushes Of(string repository, string tag)
    {
        if (!repositories.TryGetValue(repository, out var tags))
        {
            repositories.Add(repository, tags = new Dictionary<string, TagPushes>(StringComparer.Ordinal));
        }

        if (!tags.TryGetValue(tag, out var pushes))
        {
            tags.Add(tag, pushes = new TagPushes());
        }

        return pushes;
    }

    private static TimeSpan Later(TimeSpan? one, TimeSpan other) => one > other ? one.Value : other;

    /// <summary>The last push of a tag was decided between the two times.</summary>
    private sealed class TagPushes
    {
        public int UnderWay { get; set; }

        public TimeSpan? SetAfter { get; set; }

        public TimeSpan? SetBefore { get; set; }
    }
}
