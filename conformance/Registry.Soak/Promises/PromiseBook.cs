using System.Collections.Concurrent;
using Registry.Soak.Content;
using Registry.Soak.Wire;

namespace Registry.Soak.Promises;

/// <summary>
/// Every yes and what came of it. The rule is on the registry's side where times are not known exactly: a promise begins when
/// its yes has arrived, ends L after that request was <em>sent</em>, and a no breaks it only if it arrived before that end.
/// </summary>
internal sealed class PromiseBook(TimeSpan promise)
{
    private readonly ConcurrentDictionary<Key, Entry> entries = new();
    private readonly ConcurrentDictionary<string, Item> manifests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Repository, string Tag), Reply> tags = new();
    private readonly ConcurrentQueue<BrokenPromise> broken = new();
    private int collected;
    private long collectedBytes;

    public TimeSpan Promise => promise;

    public Tally Yeses { get; } = new();

    /// <summary>Answers that a promise demanded.</summary>
    public Tally Checks { get; } = new();

    /// <summary>Noes that no promise forbade.</summary>
    public Tally Allowed { get; } = new();

    public IReadOnlyCollection<BrokenPromise> Broken => broken;

    /// <summary>How often content was found gone after its promises were over.</summary>
    public int Collected => collected;

    public long CollectedBytes => collectedBytes;

    public IReadOnlyList<(Key Key, Entry Entry)> All => [.. entries.Select(pair => (pair.Key, pair.Value))];

    public IReadOnlyList<(string Repository, string Tag)> Tags => [.. tags.Keys];

    /// <summary>The end of the promise that the answers so far have given; null if there is none.</summary>
    public TimeSpan? PromisedUntil(string repository, Item item)
    {
        if (!entries.TryGetValue(new Key(repository, item.Digest), out var entry))
        {
            return null;
        }

        lock (entry)
        {
            return entry.Until;
        }
    }

    /// <summary>All of a manifest's edges are promised until then; null if one of them is not.</summary>
    public TimeSpan? EdgesPromisedUntil(string repository, Item manifest) =>
        manifest.Edges.Select(edge => PromisedUntil(repository, edge)).Aggregate((TimeSpan?)TimeSpan.MaxValue, (one, other) => one is null || other is null ? null : one < other ? one : other);

    /// <summary>The registry said yes.</summary>
    /// <param name="until">The promise under which this was asked, from before it was sent.</param>
    public void Yes(string repository, Item item, string kind, TimeSpan? until, Reply reply)
    {
        Yeses.Add(kind);
        if (until >= reply.Arrived)
        {
            Checks.Add(kind);
        }

        var entry = entries.GetOrAdd(new Key(repository, item.Digest), _ => new Entry(item));
        lock (entry)
        {
            entry.Note(reply);
            var end = reply.Sent + promise;
            entry.Until = entry.Until > end ? entry.Until : end;
            (entry.LastYes, entry.IsGone, entry.IsDeleted) = (reply.Arrived, false, false);
        }
    }

    /// <summary>The registry said no.</summary>
    public void No(string repository, Item item, string kind, TimeSpan? until, Reply reply)
    {
        var entry = entries.GetOrAdd(new Key(repository, item.Digest), _ => new Entry(item));
        lock (entry)
        {
            entry.Note(reply);
            if (until >= reply.Arrived)
            {
                Checks.Add(kind);
                Break(kind, repository, [entry], until.Value, reply);
            }
            else if (reply.Status == 404 && entry.LastYes is not null && !entry.IsGone && !entry.IsDeleted && !(entry.Until >= reply.Sent))
            {
                entry.IsGone = true;
                Interlocked.Increment(ref collected);
                Interlocked.Add(ref collectedBytes, item.Bytes.Length);
            }
            else
            {
                Allowed.Add($"{kind} {reply.Status}");
            }
        }
    }

    /// <summary>A manifest was put: the registry knows it, and the answers about what it names have one more reason.</summary>
    public void Accepted(string repository, Item manifest, string? tag, TimeSpan? until, Reply reply)
    {
        Yes(repository, manifest, "manifest PUT", until, reply);
        foreach (var entry in EdgesOf(repository, manifest))
        {
            lock (entry)
            {
                entry.Note(reply, $"named by {reply.Request}");
            }
        }

        if (tag is not null)
        {
            tags.TryAdd((repository, tag), reply);
        }
    }

    /// <summary>A manifest was refused although all that it names may be promised.</summary>
    public void Refused(string repository, Item manifest, TimeSpan? until, Reply reply)
    {
        if (!(until >= reply.Arrived))
        {
            Allowed.Add($"manifest PUT {reply.Status}");
            return;
        }

        Checks.Add("manifest PUT");
        Break("manifest PUT", repository, [.. EdgesOf(repository, manifest)], until.Value, reply);
    }

    /// <summary>A tag that was set and that nobody deletes is not there.</summary>
    public void TagLost(string repository, string tag, TagRule rule, Reply reply)
    {
        // It is lost once; the next push sets it again.
        string[] set = tags.TryRemove((repository, tag), out var put) ? [$"{put.Arrived.TotalSeconds:F3} {put.Request}: {put.Shown}"] : [];
        Demand(isMet: false, rule.Kind, $"{repository}:{tag}", reply, [.. set, .. rule.History()]);
    }

    /// <summary>An answer had to be a certain one.</summary>
    /// <param name="isMet">It was.</param>
    /// <param name="history">Why it had to be, for the report.</param>
    public void Demand(bool isMet, string kind, string about, Reply reply, IReadOnlyList<string> history)
    {
        Checks.Add(kind);
        if (!isMet)
        {
            broken.Enqueue(new BrokenPromise(kind, about, $"{about}: {reply.Request}: {reply.Shown} at {reply.Arrived.TotalSeconds:F3}", history));
        }
    }

    public void WrongBytes(string repository, string reference, Reply reply) =>
        broken.Enqueue(new BrokenPromise("wrong bytes", $"{repository}@{reference}", $"{repository} {reference}: {reply.Request}: {reply.Body.Length} bytes of {Item.DigestOf(reply.Body)} at {reply.Arrived.TotalSeconds:F3}", []));

    public bool IsTagSet(string repository, string tag) => tags.ContainsKey((repository, tag));

    /// <summary>The owner is about to delete it: nobody is promised anything about it any more.</summary>
    public void Forget(string repository, Item item)
    {
        var entry = entries.GetOrAdd(new Key(repository, item.Digest), _ => new Entry(item));
        lock (entry)
        {
            (entry.Until, entry.IsDeleted) = (null, true);
        }
    }

    /// <summary>Manifests that were put, or tried: what a tag leads to must be one of them.</summary>
    public void Know(Item manifest) => manifests.TryAdd(manifest.Digest, manifest);

    public Item? FindManifest(string digest) => manifests.GetValueOrDefault(digest);

    private IEnumerable<Entry> EdgesOf(string repository, Item manifest) =>
        manifest.Edges.Select(edge => entries.GetOrAdd(new Key(repository, edge.Digest), _ => new Entry(edge)));

    /// <summary>A promise is broken once: the next yes gives a new one.</summary>
    private void Break(string kind, string repository, IReadOnlyList<Entry> about, TimeSpan until, Reply reply)
    {
        var history = new List<string>();
        foreach (var entry in about)
        {
            lock (entry)
            {
                history.Add($"{entry.Item.Kind} {entry.Item.Digest} in {repository}, promised until {entry.Until?.TotalSeconds:F3}:");
                history.AddRange(entry.History.Select(line => "  " + line));
                entry.Until = null;
            }
        }

        broken.Enqueue(new BrokenPromise(kind, $"{repository} {string.Join(' ', about.Select(entry => entry.Item.Digest))}", $"{reply.Request}: {reply.Shown} at {reply.Arrived.TotalSeconds:F3}, promised until {until.TotalSeconds:F3}", history));
    }
}
