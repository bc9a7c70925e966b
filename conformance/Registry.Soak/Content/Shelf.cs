namespace Registry.Soak.Content;

/// <summary>
/// The few blobs, repositories and tags that all clients share, so that they meet. The blobs are as many as lets each be asked
/// for about once in a promise and a half in each repository: some are always in use, and some are forgotten long enough to go.
/// </summary>
internal sealed class Shelf
{
    /// <summary>A tag that is set in every repository before anything else, and never moves.</summary>
    public const string FirstTag = "first";

    /// <summary>How many of <see cref="Branches"/> the policy of a soak keeps in each repository.</summary>
    public const int NewestKept = 2;

    private const double BlobsPerClientAndSecond = 1.25;
    private const int FewestBlobs = 12;
    private const int MostBlobs = 2000;
    private const int RepositoryCount = 3;
    private const int SmallestBlob = 200;
    private const int LargestBlob = 24 * 1024;

    private readonly Item[] blobs;
    private readonly string root;

    public Shelf(SoakOptions options)
    {
        var random = new Random(options.Seed);
        var count = (int)Math.Clamp(options.Clients * options.Promise.TotalSeconds * BlobsPerClientAndSecond, FewestBlobs, MostBlobs);
        blobs = [.. Enumerable.Range(0, count).Select(_ => RandomBlob(random))];
        // A run of its own: what an earlier one left behind is nothing that this one knows.
        root = $"{options.Namespace}/{Guid.NewGuid():N}"[..(options.Namespace.Length + 9)];
        Repositories = [.. Enumerable.Range(0, RepositoryCount).Select(number => $"{root}/shared-{number}")];
        Tags = ["latest", "main", "nightly"];
        Protected = ["keep-0", "keep-1"];
        Branches = ["b-0", "b-1", "b-2", "b-3", "b-4", "b-5"];
    }

    public int BlobCount => blobs.Length;

    public IReadOnlyList<string> Repositories { get; }

    /// <summary>The tags that move.</summary>
    public IReadOnlyList<string> Tags { get; }

    /// <summary>Tags that move and that a policy, if the soak sets one, covers and must leave alone.</summary>
    public IReadOnlyList<string> Protected { get; }

    /// <summary>Tags that move and of which the policy removes all but the newest.</summary>
    public IReadOnlyList<string> Branches { get; }

    /// <summary>The pattern of all the soak's repositories.</summary>
    public string Pattern => $"{root}/**";

    /// <summary>Whether such a tag, once it is set, is there for ever.</summary>
    public bool Stays(string tag) => tag == FirstTag || Tags.Contains(tag) || Protected.Contains(tag);

    /// <summary>A repository that only this client uses.</summary>
    public string OwnRepository(int client) => $"{root}/own-{client}";

    public Item AnyBlob(Random random) => blobs[random.Next(blobs.Length)];

    public string AnyRepository(Random random) => Repositories[random.Next(Repositories.Count)];

    public string AnyTag(Random random) => Tags[random.Next(Tags.Count)];

    public string AnyBranch(Random random) => Branches[random.Next(Branches.Count)];

    public string AnyProtected(Random random) => Protected[random.Next(Protected.Count)];

    /// <summary>One of the shared images: as many as there are blobs, each of two or three of them.</summary>
    public Item AnyImage(Random random)
    {
        var number = random.Next(blobs.Length);
        var layers = new List<Item> { Blob(number + 1) };
        if (number % 2 == 0)
        {
            layers.Add(Blob(number + 5));
        }

        return Manifests.ImageOf(Blob(number), layers);
    }

    /// <summary>An image that nobody else makes, of shared blobs.</summary>
    public Item OwnImage(Random random, string note) => Manifests.ImageOf(AnyBlob(random), [AnyBlob(random), AnyBlob(random)], note) with { IsShared = false };

    private Item Blob(int number) => blobs[number % blobs.Length];

    private static Item RandomBlob(Random random)
    {
        var bytes = new byte[random.Next(SmallestBlob, LargestBlob)];
        random.NextBytes(bytes);
        return Item.Blob(bytes);
    }
}
