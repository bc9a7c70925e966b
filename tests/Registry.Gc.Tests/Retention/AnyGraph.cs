using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

/// <summary>A small graph of any shape, and what lives in it by a naive search. Everything has its place in its list as its id.</summary>
internal sealed record AnyGraph(
    int Manifests,
    int Blobs,
    IReadOnlyList<(int Manifest, int Blob)> Edges,
    IReadOnlyList<(int From, int To, bool IsChild)> Lifelines,
    IReadOnlyList<int> Tags,
    IReadOnlyList<(int Repository, int Blob)> Links,
    int? Kept)
{
    public const int MaxTags = 12;
    private const int Repositories = 3;

    /// <summary>Modulo, so that what a shrunk graph does not have is not named. Lifelines lead to later manifests only: digests make no circles.</summary>
    public static Gen<AnyGraph> Gen { get; } =
        CsCheck.Gen.Select(
            CsCheck.Gen.Int[1, 12],
            CsCheck.Gen.Int[0, 10],
            CsCheck.Gen.Select(CsCheck.Gen.Int[0, 11], CsCheck.Gen.Int[0, 9]).Array[0, 30],
            CsCheck.Gen.Select(CsCheck.Gen.Int[0, 11], CsCheck.Gen.Int[0, 11], CsCheck.Gen.Bool).Array[0, 12],
            CsCheck.Gen.Int[0, 11].Array[0, MaxTags],
            CsCheck.Gen.Select(CsCheck.Gen.Int[0, Repositories - 1], CsCheck.Gen.Int[0, 9]).Array[0, 6],
            CsCheck.Gen.Int[-1, 11])
            .Select((manifests, blobs, edges, lifelines, tags, links, kept) => new AnyGraph(
                manifests,
                blobs,
                [.. edges.Where(_ => blobs > 0).Select(e => (e.Item1 % manifests, e.Item2 % Math.Max(1, blobs)))],
                [.. lifelines.Select(l => (From: l.Item1 % manifests, To: l.Item2 % manifests, l.Item3)).Where(l => l.From < l.To)],
                [.. tags.Select(tag => tag % manifests)],
                [.. links.Where(_ => blobs > 0).Select(l => (l.Item1, l.Item2 % Math.Max(1, blobs)))],
                kept < 0 ? null : kept % manifests));

    public IEnumerable<long> TagIds => Enumerable.Range(0, Tags.Count).Select(tag => (long)tag);

    /// <summary>Powers of two: each sum tells what is in it.</summary>
    public static long ManifestBytes(long manifest) => 1L << (int)manifest;

    public static long BlobBytes(long blob) => 1_000_000L << (int)blob;

    public ManifestGraph Build()
    {
        var builder = new ManifestGraphBuilder();
        Enumerable.Range(0, Manifests).ToList().ForEach(m => builder.AddManifest(m, m % Repositories, ManifestBytes(m)));
        Enumerable.Range(0, Blobs).ToList().ForEach(b => builder.AddBlob(b, BlobBytes(b)));
        Edges.ToList().ForEach(e => builder.AddBlobEdge(e.Manifest, e.Blob));
        Lifelines.ToList().ForEach(l => (l.IsChild ? (Action<long, long>)builder.AddChild : builder.AddReferrer)(l.From, l.To));
        TagIds.ToList().ForEach(tag => builder.AddTag(tag, Tags[(int)tag]));
        Links.ToList().ForEach(l => builder.AddLink(l.Repository, l.Blob));
        if (Kept is { } kept)
        {
            builder.Keep(kept);
        }

        return builder.Build();
    }

    /// <summary>Ids, ascending, of what lives without these tags.</summary>
    public IReadOnlyList<long> LiveManifests(HashSet<long> gone) => [.. Enumerable.Range(0, Manifests).Where(m => ManifestLives(m, gone)).Select(m => (long)m)];

    public IReadOnlyList<long> LiveBlobs(HashSet<long> gone) => [.. Enumerable.Range(0, Blobs).Where(b => BlobLives(b, gone)).Select(b => (long)b)];

    /// <summary>In bytes: the blobs that live manifests name, whatever is promised.</summary>
    public long NamedBlobBytes(HashSet<long> gone) => Enumerable.Range(0, Blobs).Where(b => IsNamed(b, gone)).Sum(b => BlobBytes(b));

    private bool ManifestLives(int manifest, HashSet<long> gone) =>
        Kept == manifest
        || TagIds.Any(tag => Tags[(int)tag] == manifest && !gone.Contains(tag))
        || Lifelines.Any(l => l.To == manifest && ManifestLives(l.From, gone));

    private bool BlobLives(int blob, HashSet<long> gone) => IsPromised(blob) || IsNamed(blob, gone);

    private bool IsNamed(int blob, HashSet<long> gone) => Edges.Any(e => e.Blob == blob && ManifestLives(e.Manifest, gone));

    private bool IsPromised(int blob) => Links.Any(l => l.Blob == blob && !Edges.Any(e => e.Blob == blob && e.Manifest % Repositories == l.Repository));
}
