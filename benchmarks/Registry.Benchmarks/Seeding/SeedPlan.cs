using System.Globalization;
using System.Text;
using Registry.Storage.Model;

namespace Registry.Benchmarks.Seeding;

/// <summary>
/// What is seeded: images of one config and three layers that nothing shares, each with a tag of its own, spread over the
/// repositories in the order of their push. The policy keeps the newest quarter of each repository.
/// </summary>
internal sealed record SeedPlan(int Repositories, int ImagesPerRepository)
{
    public const int BlobsPerImage = 4;

    public static SeedPlan For(int images)
    {
        var repositories = Math.Clamp(images / 10, 1, 100);
        return new SeedPlan(repositories, images / repositories);
    }

    public int Images => Repositories * ImagesPerRepository;

    public int KeptPerRepository => ImagesPerRepository / 4;

    public int LiveImages => Repositories * KeptPerRepository;

    public int GarbageImages => Images - LiveImages;

    public string Policy => $$"""
        { "version": 1, "mode": "apply", "rules": [ { "name": "newest", "repositories": ["seed/**"], "tags": ["*"], "keep": { "newest": {{Text(KeptPerRepository)}} } } ] }
        """;

    public static string Repository(int number) => $"seed/r{Text(number)}";

    public int RepositoryOf(int image) => image % Repositories;

    public bool IsLive(int image) => image / Repositories >= ImagesPerRepository - KeptPerRepository;

    public static string Tag(int image) => $"t{Text(image)}";

    /// <summary>Config first.</summary>
    public static byte[][] Blobs(int image) => [.. Enumerable.Range(0, BlobsPerImage).Select(part => Encoding.ASCII.GetBytes($"image {Text(image)} part {Text(part)} of the benchmark\n"))];

    /// <summary>An image manifest of these blobs.</summary>
    public static byte[] Manifest(IReadOnlyList<byte[]> blobs)
    {
        var descriptors = blobs.Select((blob, part) =>
            $$"""{"mediaType":"application/vnd.oci.image.{{(part == 0 ? "config.v1+json" : "layer.v1.tar")}}","digest":"{{DigestOf(blob)}}","size":{{Text(blob.Length)}}}""").ToList();
        return Encoding.ASCII.GetBytes($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{descriptors[0]}},"layers":[{{string.Join(',', descriptors.Skip(1))}}]}""");
    }

    public static Digest DigestOf(byte[] bytes) => Digest.Of(DigestAlgorithm.Sha256, bytes);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
