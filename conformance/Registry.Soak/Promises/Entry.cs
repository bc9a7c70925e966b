using Registry.Soak.Content;
using Registry.Soak.Wire;

namespace Registry.Soak.Promises;

/// <summary>What the soak knows about one digest in one repository. Whoever uses it holds its lock.</summary>
internal sealed class Entry(Item item)
{
    private const int LongestHistory = 16;

    private readonly Queue<string> history = new();

    public Item Item => item;

    /// <summary>The end of the longest promise; null without any.</summary>
    public TimeSpan? Until { get; set; }

    /// <summary>When the last yes came; null before the first.</summary>
    public TimeSpan? LastYes { get; set; }

    /// <summary>A no came after the promise was over, and no yes since.</summary>
    public bool IsGone { get; set; }

    /// <summary>The client that owns it asked for its end.</summary>
    public bool IsDeleted { get; set; }

    public IReadOnlyList<string> History => [.. history];

    public void Note(Reply reply, string? what = null)
    {
        if (history.Count == LongestHistory)
        {
            history.Dequeue();
        }

        history.Enqueue($"{reply.Sent.TotalSeconds:F3}..{reply.Arrived.TotalSeconds:F3} {what ?? reply.Request}: {reply.Shown}");
    }
}
