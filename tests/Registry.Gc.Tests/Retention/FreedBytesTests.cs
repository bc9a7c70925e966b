using System.Diagnostics;
using CsCheck;
using Registry.Gc.Retention;

namespace Registry.Gc.Tests.Retention;

public sealed class FreedBytesTests(ITestOutputHelper output)
{
    private readonly ManifestGraphBuilder graph = new();

    [Fact]
    public void A_manifest_goes_with_its_last_tag_and_takes_the_blobs_that_only_it_named()
    {
        AddBlobs(1, 2, 3);
        AddManifest(10, repository: 1, blobs: [1, 2]);
        AddManifest(11, repository: 1, blobs: [2, 3]);
        graph.AddTag(100, 10);
        graph.AddTag(101, 10);
        graph.AddTag(102, 11);
        Check([100], manifests: [], blobs: []);
        Check([100, 101], manifests: [10], blobs: [1]);
        Check([102], manifests: [11], blobs: [3]);
        Check([101, 102, 100], manifests: [10, 11], blobs: [1, 2, 3]);
        Check([], manifests: [], blobs: []);
    }

    [Fact]
    public void A_blob_that_another_repository_names_stays()
    {
        AddBlobs(1, 2);
        AddManifest(10, repository: 1, blobs: [1, 2]);
        AddManifest(20, repository: 2, blobs: [2]);
        graph.AddTag(100, 10);
        graph.AddTag(200, 20);
        Check([100], manifests: [10], blobs: [1]);
        Check([100, 200], manifests: [10, 20], blobs: [1, 2]);
    }

    [Fact]
    public void A_link_that_no_manifest_of_its_repository_needs_keeps_the_blob()
    {
        AddBlobs(1, 2);
        AddManifest(10, repository: 1, blobs: [1, 2]);
        graph.AddTag(100, 10);
        graph.AddLink(1, 1);
        graph.AddLink(1, 2);
        graph.AddLink(2, 2);
        Check([100], manifests: [10], blobs: [1]);
    }

    [Fact]
    public void Children_live_while_a_live_parent_names_them()
    {
        AddBlobs(1, 2);
        AddManifest(10, repository: 1, blobs: []);
        AddManifest(11, repository: 1, blobs: []);
        AddManifest(12, repository: 1, blobs: [1]);
        AddManifest(13, repository: 1, blobs: [2]);
        graph.AddChild(10, 12);
        graph.AddChild(11, 12);
        graph.AddChild(11, 13);
        graph.AddTag(100, 10);
        graph.AddTag(101, 11);
        graph.AddTag(102, 13);
        Check([100], manifests: [10], blobs: []);
        Check([101], manifests: [11], blobs: []);
        Check([101, 102], manifests: [11, 13], blobs: [2]);
        Check([100, 101], manifests: [10, 11, 12], blobs: [1]);
    }

    [Fact]
    public void Referrers_and_signatures_live_and_die_with_their_subject()
    {
        AddBlobs(1, 2, 3);
        AddManifest(10, repository: 1, blobs: [1]);
        AddManifest(11, repository: 1, blobs: [2]);
        AddManifest(12, repository: 1, blobs: [3]);
        graph.AddReferrer(10, 11);
        graph.AddReferrer(11, 12);
        graph.AddTag(100, 10);
        Check([100], manifests: [10, 11, 12], blobs: [1, 2, 3]);
        graph.AddTag(101, 12);
        Check([100], manifests: [10, 11], blobs: [1, 2]);
    }

    [Fact]
    public void What_is_kept_otherwise_stays_and_what_is_unreachable_already_is_not_counted()
    {
        AddBlobs(1, 2, 3);
        AddManifest(10, repository: 1, blobs: [1]);
        AddManifest(11, repository: 1, blobs: [1, 2]);
        AddManifest(12, repository: 1, blobs: [2, 3]);
        graph.AddTag(100, 10);
        graph.AddTag(101, 11);
        graph.Keep(10);
        Check([100], manifests: [], blobs: []);
        Check([101], manifests: [11], blobs: [2]);
    }

    [Fact]
    public void What_was_not_added_is_an_error_and_no_figure()
    {
        AddBlobs(1);
        AddManifest(10, repository: 1, blobs: [1]);
        graph.AddTag(100, 10);
        Assert.Throws<ArgumentException>(() => graph.AddBlobEdge(10, 2));
        Assert.Throws<ArgumentException>(() => graph.AddChild(10, 11));
        Assert.Throws<ArgumentException>(() => graph.AddReferrer(11, 10));
        Assert.Throws<ArgumentException>(() => graph.AddTag(101, 11));
        Assert.Throws<ArgumentException>(() => graph.AddTag(100, 10));
        Assert.Throws<ArgumentException>(() => graph.AddManifest(10, 1, 1));
        Assert.Throws<ArgumentException>(() => graph.Build().FindFreed([101]));
    }

    [Fact]
    public void The_figure_is_that_of_a_naive_count_on_any_graph() =>
        Gen.Select(
            Gen.Int[1, 12],
            Gen.Int[0, 10],
            Gen.Select(Gen.Int[0, 11], Gen.Int[0, 9]).Array[0, 30],
            Gen.Select(Gen.Int[0, 11], Gen.Int[0, 11], Gen.Bool).Array[0, 12],
            Gen.Select(Gen.Int[0, 11], Gen.Bool).Array[0, 12],
            Gen.Select(Gen.Int[0, 2], Gen.Int[0, 9]).Array[0, 6],
            Gen.Int[-1, 11])
            .Sample(
                (manifestCount, blobCount, someEdges, someLifelines, someTags, someLinks, kept) =>
                {
                    // Modulo, so that what a shrunk graph does not have is not named. Edges lead to later manifests only: digests make no circles.
                    var edges = someEdges.Where(_ => blobCount > 0).Select(e => (Manifest: e.Item1 % manifestCount, Blob: e.Item2 % Math.Max(1, blobCount))).ToList();
                    var lifelines = someLifelines.Select(l => (From: l.Item1 % manifestCount, To: l.Item2 % manifestCount, IsChild: l.Item3)).Where(l => l.From < l.To).ToList();
                    var tags = someTags.Select((t, i) => (Id: i, Manifest: t.Item1 % manifestCount, Goes: t.Item2)).ToList();
                    var links = someLinks.Where(_ => blobCount > 0).Select(l => (Repository: l.Item1, Blob: l.Item2 % Math.Max(1, blobCount))).ToList();

                    var builder = new ManifestGraphBuilder();
                    Enumerable.Range(0, manifestCount).ToList().ForEach(m => builder.AddManifest(m, m % 3, ManifestBytes(m)));
                    Enumerable.Range(0, blobCount).ToList().ForEach(b => builder.AddBlob(b, BlobBytes(b)));
                    edges.ForEach(e => builder.AddBlobEdge(e.Manifest, e.Blob));
                    lifelines.ForEach(l => (l.IsChild ? (Action<long, long>)builder.AddChild : builder.AddReferrer)(l.From, l.To));
                    tags.ForEach(t => builder.AddTag(t.Id, t.Manifest));
                    links.ForEach(l => builder.AddLink(l.Repository, l.Blob));
                    if (kept >= 0)
                    {
                        builder.Keep(kept % manifestCount);
                    }

                    bool ManifestLives(int m, bool afterwards) =>
                        kept >= 0 && kept % manifestCount == m
                        || tags.Any(t => t.Manifest == m && !(afterwards && t.Goes))
                        || lifelines.Any(l => l.To == m && ManifestLives(l.From, afterwards));
                    bool BlobLives(int b, bool afterwards) =>
                        edges.Any(e => e.Blob == b && ManifestLives(e.Manifest, afterwards))
                        || links.Any(l => l.Blob == b && !edges.Any(e => e.Blob == b && e.Manifest % 3 == l.Repository));

                    var freed = builder.Build().FindFreed(tags.Where(t => t.Goes).Select(t => (long)t.Id));
                    var manifests = Enumerable.Range(0, manifestCount).Where(m => ManifestLives(m, false) && !ManifestLives(m, true)).Select(m => (long)m).ToList();
                    var blobs = Enumerable.Range(0, blobCount).Where(b => BlobLives(b, false) && !BlobLives(b, true)).Select(b => (long)b).ToList();
                    Assert.Equal(manifests, freed.Manifests);
                    Assert.Equal(blobs, freed.Blobs);
                    Assert.Equal((manifests.Sum(ManifestBytes), blobs.Sum(BlobBytes)), (freed.ManifestBytes, freed.BlobBytes));
                },
                iter: 3_000);

    [Fact]
    public void A_hundred_thousand_manifests_with_four_hundred_thousand_blobs_fit()
    {
        const int Manifests = 100_000;
        const int Blobs = 400_000;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        for (var blob = 0; blob < Blobs; blob++)
        {
            graph.AddBlob(blob, 1_000_000 + blob);
        }

        // 200 repositories. Each manifest has four blobs of its own, and six of those of its neighbours in other repositories.
        for (var manifest = 0; manifest < Manifests; manifest++)
        {
            graph.AddManifest(manifest, manifest % 200, 2_000);
            graph.AddTag(manifest, manifest);
            for (var i = 0; i < 10; i++)
            {
                graph.AddBlobEdge(manifest, (4L * manifest + i) % Blobs);
                graph.AddLink(manifest % 200, (4L * manifest + i) % Blobs);
            }
        }

        var built = graph.Build();
        var buildTime = watch.Elapsed;
        watch.Restart();
        var freed = built.FindFreed(Enumerable.Range(0, Manifests / 4 * 3).Select(tag => (long)tag));
        var findTime = watch.Elapsed;
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"build {buildTime.TotalMilliseconds:F0} ms, find {findTime.TotalMilliseconds:F0} ms, held {held / 1024 / 1024} MiB");

        Assert.Equal(Manifests / 4 * 3, freed.Manifests.Count);
        Assert.Equal(Blobs / 4 * 3 - 6, freed.Blobs.Count);
        Assert.True(held < 250L * 1024 * 1024, $"{held} bytes are held.");
        GC.KeepAlive(built);
    }

    private static long ManifestBytes(int manifest) => 1L << manifest;

    private static long ManifestBytes(long manifest) => ManifestBytes((int)manifest);

    private static long BlobBytes(int blob) => 1_000_000L << blob;

    private static long BlobBytes(long blob) => BlobBytes((int)blob);

    private void AddBlobs(params int[] blobs) => Array.ForEach(blobs, blob => graph.AddBlob(blob, BlobBytes(blob)));

    private void AddManifest(int manifest, int repository, int[] blobs)
    {
        graph.AddManifest(manifest, repository, ManifestBytes(manifest));
        Array.ForEach(blobs, blob => graph.AddBlobEdge(manifest, blob));
    }

    private void Check(long[] going, long[] manifests, long[] blobs)
    {
        var freed = graph.Build().FindFreed(going);
        Assert.Equal(manifests, freed.Manifests);
        Assert.Equal(blobs, freed.Blobs);
        Assert.Equal((manifests.Sum(ManifestBytes), blobs.Sum(BlobBytes)), (freed.ManifestBytes, freed.BlobBytes));
        Assert.Equal(freed.ManifestBytes + freed.BlobBytes, freed.Total);
    }
}
