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
        var built = graph.Build();
        Assert.Equal((AnyGraph.BlobBytes(1) + AnyGraph.BlobBytes(2), 0, 0), (built.NamedBlobBytes, built.PromisedBlobBytes, built.FindNamedBlobBytes([100])));
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
        Assert.Equal(AnyGraph.BlobBytes(1) + AnyGraph.BlobBytes(2), graph.Build().LiveBlobBytes);
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
        Gen.Select(AnyGraph.Gen, Gen.Bool.Array[AnyGraph.MaxTags]).Sample(
            (any, goes) =>
            {
                var built = any.Build();
                var going = any.TagIds.Where(tag => goes[tag]).ToHashSet();
                var freed = built.FindFreed(going);
                var manifests = any.LiveManifests([]).Except(any.LiveManifests(going)).ToList();
                var blobs = any.LiveBlobs([]).Except(any.LiveBlobs(going)).ToList();
                Assert.Equal(manifests, freed.Manifests);
                Assert.Equal(blobs, freed.Blobs);
                Assert.Equal((manifests.Sum(AnyGraph.ManifestBytes), blobs.Sum(AnyGraph.BlobBytes)), (freed.ManifestBytes, freed.BlobBytes));
                Assert.Equal((any.NamedBlobBytes([]), any.LiveBlobs([]).Sum(AnyGraph.BlobBytes)), (built.NamedBlobBytes, built.LiveBlobBytes));
                Assert.Equal(any.NamedBlobBytes(going), built.FindNamedBlobBytes(going));
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

    private void AddBlobs(params int[] blobs) => Array.ForEach(blobs, blob => graph.AddBlob(blob, AnyGraph.BlobBytes(blob)));

    private void AddManifest(int manifest, int repository, int[] blobs)
    {
        graph.AddManifest(manifest, repository, AnyGraph.ManifestBytes(manifest));
        Array.ForEach(blobs, blob => graph.AddBlobEdge(manifest, blob));
    }

    private void Check(long[] going, long[] manifests, long[] blobs)
    {
        var freed = graph.Build().FindFreed(going);
        Assert.Equal(manifests, freed.Manifests);
        Assert.Equal(blobs, freed.Blobs);
        Assert.Equal((manifests.Sum(AnyGraph.ManifestBytes), blobs.Sum(AnyGraph.BlobBytes)), (freed.ManifestBytes, freed.BlobBytes));
        Assert.Equal(freed.ManifestBytes + freed.BlobBytes, freed.Total);
    }
}
