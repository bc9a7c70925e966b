using Registry.Soak.Content;
using Registry.Soak.Promises;
using Registry.Soak.Wire;

namespace Registry.Soak.Clients;

/// <summary>What every client can do: each request keeps the book, and what a promise demands is checked with it.</summary>
internal sealed class Visit(int number, Shelf shelf, PromiseBook book, Connection connection, Random random, TimeProvider time, CancellationToken stop)
{
    private const int Candidates = 12;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private int notes;

    public int Number => number;

    public Shelf Shelf => shelf;

    public PromiseBook Book => book;

    public TimeSpan Now => connection.Now;

    public DateTimeOffset WallClock => time.GetUtcNow();

    public Random Random => random;

    public string OwnRepository => shelf.OwnRepository(number);

    public string OwnTag => $"own-{number}";

    public bool Chance(double probability) => random.NextDouble() < probability;

    public Item OwnImage() => shelf.OwnImage(random, $"{number}.{notes++}");

    /// <summary>
    /// Shared content whose last yes is about so many promises old: asking where nobody looked for a while is what finds
    /// out whether that yes and the next one hold.
    /// </summary>
    public (string Repository, Item Item)? Pick(double leastAge, double mostAge, Func<Item, bool>? only = null)
    {
        var target = book.Promise * (leastAge + (random.NextDouble() * (mostAge - leastAge)));
        var all = book.All;
        return Enumerable.Range(0, all.Count == 0 ? 0 : Candidates).Select(_ => all[random.Next(all.Count)])
            .Where(one => one.Entry.LastYes is not null && one.Entry.Item.IsShared && shelf.Repositories.Contains(one.Key.Repository) && only?.Invoke(one.Entry.Item) != false)
            .OrderBy(one => (connection.Now - one.Entry.LastYes.GetValueOrDefault() - target).Duration())
            .Select(one => ((string, Item)?)(one.Key.Repository, one.Entry.Item)).FirstOrDefault();
    }

    /// <summary>As a client that builds or compresses between two requests: below the promise, and at most 2 s.</summary>
    public Task WaitAsync() => DelayAsync(Shorter(LongestWait, book.Promise * 0.9) * random.NextDouble());

    /// <summary>Nearly as long as the promise holds.</summary>
    public Task WaitLateAsync() => DelayAsync(book.Promise * (0.5 + (random.NextDouble() * 0.45)));

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, time, stop);

    public Task PauseAsync() => DelayAsync(LongestWait * 0.1 * random.NextDouble());

    public Task<bool> HeadAsync(string repository, Item item) => AskAsync(repository, item, $"{item.Kind} HEAD", whole: false, because: null, () => connection.HeadAsync(repository, item));

    public Task<bool> GetAsync(string repository, Item item) => GetAsync(repository, item, because: null);

    /// <summary>The manifest by digest, and everything below it.</summary>
    /// <param name="because">Why it must be there, if not only for what was said about it.</param>
    public async Task<bool> PullAsync(string repository, Item manifest, Because? because = null)
    {
        var sent = connection.Now;
        return await GetAsync(repository, manifest, because) && await PullPartsAsync(repository, manifest, sent + book.Promise);
    }

    /// <summary>What a tag names, whole. A tag that was set and is not deleted is there.</summary>
    /// <returns>The manifest; null without the tag.</returns>
    public Task<Item?> PullTagAsync(string repository, string tag)
    {
        var isSet = book.IsTagSet(repository, tag);
        return PullTagAsync(repository, tag, new TagRule("tag GET", () => isSet, () => []));
    }

    public async Task<Item?> PullTagAsync(string repository, string tag, TagRule rule)
    {
        var reply = await connection.GetAsync(repository, $"manifests/{tag}");
        var isSet = rule.MustBeThere();
        if (reply.Status != 200)
        {
            if (isSet)
            {
                book.TagLost(repository, tag, rule, reply);
            }
            else
            {
                book.Allowed.Add($"{rule.Kind} {reply.Status}");
            }

            return null;
        }

        if (book.FindManifest(Item.DigestOf(reply.Body)) is not { } manifest)
        {
            book.WrongBytes(repository, tag, reply);
            return null;
        }

        book.Yes(repository, manifest, rule.Kind, isSet ? TimeSpan.MaxValue : null, reply);
        await PullPartsAsync(repository, manifest, reply.Sent + book.Promise);
        return manifest;
    }

    public async Task<bool> UploadAsync(string repository, Item blob)
    {
        var reply = await connection.UploadAsync(repository, blob, random);
        return Answer(repository, blob, "blob upload", promisedUntil: null, reply, 201);
    }

    /// <summary>False where the registry would rather have the bytes, as it may.</summary>
    public async Task<bool> MountAsync(string repository, Item blob, string from)
    {
        var reply = await connection.MountAsync(repository, blob, from);
        return Answer(repository, blob, "mount", promisedUntil: null, reply, 201);
    }

    /// <summary>As clients push: what is there already is not sent.</summary>
    public async Task<bool> HeadOrUploadAsync(string repository, Item blob) => await HeadAsync(repository, blob) || await UploadAsync(repository, blob);

    /// <summary>All blobs of a manifest, before it is put.</summary>
    public async Task HeadOrUploadBlobsAsync(string repository, Item manifest)
    {
        foreach (var blob in manifest.Edges)
        {
            await HeadOrUploadAsync(repository, blob);
        }
    }

    /// <summary>A shared image under the tag that stays: a registry may take what has blobs only for no repository yet.</summary>
    public async Task FoundAsync(string repository)
    {
        var image = shelf.AnyImage(random);
        foreach (var blob in image.Edges)
        {
            await UploadAsync(repository, blob);
        }

        await PutAsync(repository, image, Shelf.FirstTag);
    }

    /// <summary>Must succeed while all that the manifest names is promised.</summary>
    public async Task<bool> PutAsync(string repository, Item manifest, string? tag = null)
    {
        book.Know(manifest);
        var until = book.EdgesPromisedUntil(repository, manifest);
        var reply = await connection.PutManifestAsync(repository, manifest, tag);
        if (reply.Status == 201)
        {
            book.Accepted(repository, manifest, tag is not null && shelf.Repositories.Contains(repository) && shelf.Stays(tag) ? tag : null, until, reply);
            return true;
        }

        book.Refused(repository, manifest, until, reply);
        return false;
    }

    /// <summary>What a yes is good for: content is named in a manifest without being pushed, or read.</summary>
    public Task UseAsync(string repository, Item item) => (item.IsManifest, random.Next(3)) switch
    {
        (true, 0) => PutAsync(repository, Manifests.IndexOf([item])),
        (true, _) => PullAsync(repository, item),
        (false, 0) => GetAsync(repository, item),
        (false, _) => PutAsync(repository, Manifests.ImageOf(item, [item])),
    };

    /// <summary>Of the caller's own things only: nobody else is promised anything about them.</summary>
    public Task DeleteAsync(string repository, Item item)
    {
        book.Forget(repository, item);
        return connection.DeleteAsync(repository, item.Resource);
    }

    /// <summary>A tag that must name this manifest until then.</summary>
    /// <param name="why">For the report, if it does not.</param>
    public async Task DemandTagAsync(string kind, string repository, string tag, Item manifest, TimeSpan until, string why)
    {
        var reply = await connection.GetAsync(repository, $"manifests/{tag}");
        if (reply.Arrived <= until)
        {
            book.Demand(reply.Status == 200 && Item.DigestOf(reply.Body) == manifest.Digest, kind, $"{repository}:{tag}", reply, [$"it named {manifest.Digest}, {why}"]);
        }
    }

    /// <summary>One request that must be answered with one of these statuses.</summary>
    public async Task DemandAsync(string kind, string about, IReadOnlyList<int> statuses, Task<Reply> asked)
    {
        var reply = await asked;
        book.Demand(statuses.Contains(reply.Status), kind, about, reply, []);
    }

    /// <summary>Of the caller's own tag; the manifest's promise goes on.</summary>
    public Task DeleteTagAsync(string repository, string tag) => connection.DeleteAsync(repository, $"manifests/{tag}");

    private async Task<bool> PullPartsAsync(string repository, Item manifest, TimeSpan until)
    {
        foreach (var part in manifest.Edges)
        {
            if (!await GetAsync(repository, part, Because.PartUntil(until)) || (part.IsManifest && !await PullPartsAsync(repository, part, until)))
            {
                return false;
            }
        }

        return true;
    }

    private Task<bool> GetAsync(string repository, Item item, Because? because) =>
        AskAsync(repository, item, $"{item.Kind} GET", whole: true, because, () => connection.GetAsync(repository, item.Resource));

    /// <param name="because">Null if it is asked for by itself.</param>
    private async Task<bool> AskAsync(string repository, Item item, string kind, bool whole, Because? because, Func<Task<Reply>> ask)
    {
        var promised = book.PromisedUntil(repository, item);
        var until = promised is null || because?.Until > promised ? because?.Until ?? promised : promised;
        var reply = await ask();
        if (whole && reply.Status == 200 && !reply.Body.AsSpan().SequenceEqual(item.Bytes))
        {
            book.WrongBytes(repository, item.Digest, reply);
            return false;
        }

        return Answer(repository, item, because is null ? kind : $"{kind} {because.Words}", until, reply, 200);
    }

    private bool Answer(string repository, Item item, string kind, TimeSpan? promisedUntil, Reply reply, int yes)
    {
        if (reply.Status == yes)
        {
            book.Yes(repository, item, kind, promisedUntil, reply);
            return true;
        }

        book.No(repository, item, kind, promisedUntil, reply);
        return false;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
