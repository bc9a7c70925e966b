using Microsoft.EntityFrameworkCore;
using Registry.Gc.Checking;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Checking;

/// <summary>What a check sees, what it does about it, and what it leaves alone.</summary>
public sealed class CheckTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task A_sound_registry_has_no_findings()
    {
        var (a, b) = (await content.PushBlobAsync("r", "aa"), await content.PushBlobAsync("r", "bbb"));
        await content.PutIndexAsync("r", ["all"], await content.PutManifestAsync("r", ["one"], a, b));
        var check = await content.CheckAsync(read: true, repair: true);
        Assert.Null(check.Error);
        Assert.Equal((2, 2, 2, 5, 5), (check.Manifests, check.Objects, check.Blobs, check.Bytes, check.BytesToRead));
        Assert.Empty(content.Findings.OfCheck(check.Id, 0, 10));
        Assert.Equal((0, 0), content.Findings.Count(check.Id));
    }

    [Theory]
    [InlineData("missing", null)]
    [InlineData("truncated", "lay")]
    [InlineData("too long", "layers and more")]
    [InlineData("wrong bytes", "LAYER")]
    public async Task A_bad_blob_is_unknown_from_then_on_says_which_tags_it_breaks_and_the_next_push_heals_it(string kind, string? bytes)
    {
        var (config, layer) = (await content.PushBlobAsync("team/app", "config"), await content.PushBlobAsync("team/app", "layer"));
        var image = await content.PutManifestAsync("team/app", ["v1"], config, layer);
        await content.PutIndexAsync("team/app", ["multi"], image);
        await content.PutManifestAsync("team/app", ["other"], config);
        await ReplaceAsync(layer, bytes);

        var check = await content.CheckAsync(read: true);
        var finding = Assert.Single(content.Findings.OfCheck(check.Id, 0, 10));
        Assert.Equal((kind, layer.ToString(), FindingOutcomes.Marked), (finding.Kind, finding.Name, finding.Outcome));
        Assert.Equal(["team/app:multi", "team/app:v1"], finding.Breaks);
        Assert.Contains($"Push {layer} again", finding.Advice, StringComparison.Ordinal);
        Assert.Equal((1, 1), content.Findings.Count(check.Id));
        Assert.Equal(finding.Name, Assert.Single(content.Findings.Open(10)).Name);
        Assert.Equal(ErrorKind.BlobUnknown, (await content.Blobs.FindAsync(Name("team/app"), layer, Token)).Error!.Kind);
        var again = await content.CheckAsync();
        Assert.Equal(kind, Assert.Single(content.Findings.OfCheck(again.Id, 0, 10)).Kind);

        await content.PushBlobAsync("other/place", "layer");
        Assert.Equal("layer", await content.PullBlobAsync("team/app", layer));
        Assert.Equal((0, 1), content.Findings.Count(check.Id));
        Assert.Equal(FindingOutcomes.Mended, Assert.Single(content.Findings.OfCheck(check.Id, 0, 10)).Outcome);
        Assert.Empty(content.Findings.Open(10));
        Assert.Empty(content.Findings.OfCheck((await content.CheckAsync(read: true)).Id, 0, 10));
    }

    [Fact]
    public async Task Bytes_that_were_changed_without_changing_their_length_are_found_by_reading_only()
    {
        await ReplaceAsync(await content.PushBlobAsync("r", "layer"), "LAYER");
        Assert.Empty(content.Findings.OfCheck((await content.CheckAsync()).Id, 0, 10));
        Assert.Single(content.Findings.OfCheck((await content.CheckAsync(read: true)).Id, 0, 10));
    }

    [Fact]
    public async Task An_object_that_nothing_names_is_reported_and_with_repair_condemned()
    {
        var key = StorageKey.New(content.Time.GetUtcNow());
        await using (var writer = await content.Store.OpenWriteAsync(key, 0, Token))
        {
            await writer!.WriteAsync("unnamed"u8.ToArray(), Token);
        }

        Assert.Empty(content.Findings.OfCheck((await content.CheckAsync(repair: true)).Id, 0, 10));
        content.Time.Advance(content.Windows.UploadExpiry + TimeSpan.FromSeconds(1));
        var finding = Assert.Single(content.Findings.OfCheck((await content.CheckAsync()).Id, 0, 10));
        Assert.Equal((FindingKinds.Unnamed, key.ToString(), FindingOutcomes.Reported, 7), (finding.Kind, finding.Name, finding.Outcome, finding.Size));
        var repair = await content.CheckAsync(repair: true);
        Assert.Equal(FindingOutcomes.Condemned, Assert.Single(content.Findings.OfCheck(repair.Id, 0, 10)).Outcome);
        Assert.Equal((0, 1), content.Findings.Count(repair.Id));
        content.Time.Advance(content.Windows.Drain);
        await content.Condemned.DeleteDueAsync(Token);
        Assert.Empty(await content.StoredAsync());
    }

    [Fact]
    public async Task With_repair_a_blob_whose_bytes_prove_good_again_is_known_again()
    {
        var (good, bad) = (await content.PushBlobAsync("r", "good"), await content.PushBlobAsync("r", "bad"));
        await content.Writer.WriteAsync(db => db.Blobs.ExecuteUpdate(set => set.SetProperty(b => b.Finding, "missing")), Token);
        await ReplaceAsync(bad, "BAD");
        Assert.Equal((2, 2), content.Findings.Count((await content.CheckAsync(read: true)).Id));
        var repair = await content.CheckAsync(repair: true);
        Assert.Equal((1, 2), content.Findings.Count(repair.Id));
        Assert.Equal("good", await content.PullBlobAsync("r", good));
        Assert.Null(await content.PullBlobAsync("r", bad));
        Assert.Equal(bad.ToString(), Assert.Single(content.Findings.Open(10)).Name);
    }

    [Fact]
    public async Task A_manifest_with_other_bytes_and_one_without_an_edge_are_found_and_a_push_mends_them()
    {
        var (a, b) = (await content.PushBlobAsync("r", "a"), await content.PushBlobAsync("r", "b"));
        var (body, edge) = (await content.PutManifestAsync("r", ["body"], a), await content.PutManifestAsync("r", ["edge"], a, b));
        await content.Writer.WriteAsync(db => db.Manifests.Where(m => m.Digest == body.ToString()).ExecuteUpdate(set => set.SetProperty(m => m.Body, [1, 2, 3])), Token);
        await content.Writer.WriteAsync(db => db.BlobEdges.Where(e => db.Blobs.Any(x => x.Id == e.BlobId && x.Digest == b.ToString())).ExecuteDelete(), Token);
        var findings = content.Findings.OfCheck((await content.CheckAsync(repair: true)).Id, 0, 10);
        Assert.Equal([(FindingKinds.Manifest, "r", body.ToString(), "r:body"), (FindingKinds.Edge, "r", b.ToString(), "r:edge")], findings.Select(f => (f.Kind, f.Repository, f.Name, f.Breaks.Single())));
        Assert.Contains(edge.ToString(), findings[1].Detail, StringComparison.Ordinal);
        Assert.Equal(2, content.Findings.Open(10).Count);

        await content.PutManifestAsync("r", ["body"], a);
        await content.PutManifestAsync("r", ["edge"], a, b);
        Assert.Empty(content.Findings.OfCheck((await content.CheckAsync()).Id, 0, 10));
        Assert.Empty(content.Findings.Open(10));
    }

    [Fact]
    public async Task Rows_that_name_what_is_not_there_are_a_finding_of_the_index()
    {
        await content.PutManifestAsync("r", ["latest"], await content.PushBlobAsync("r", "x"));
        content.Read(db =>
        {
            db.Database.OpenConnection();
            return db.Database.ExecuteSqlRaw("PRAGMA foreign_keys=OFF; UPDATE tags SET ManifestId = 77; PRAGMA foreign_keys=ON;");
        });
        var finding = Assert.Single(content.Findings.OfCheck((await content.CheckAsync(repair: true)).Id, 0, 10));
        Assert.Equal((FindingKinds.Index, FindingOutcomes.Reported), (finding.Kind, finding.Outcome));
        Assert.Contains("tags", finding.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_that_is_not_mounted_is_a_finding_and_marks_no_blob()
    {
        var blob = await content.PushBlobAsync("r", "x");
        var blobs = Path.Combine(content.Folder, "blobs");
        Directory.Move(blobs, blobs + "-elsewhere");
        await content.CrashAsync();
        Assert.NotNull(content.Store);
        var finding = Assert.Single(content.Findings.OfCheck((await content.CheckAsync(repair: true)).Id, 0, 10));
        Assert.Equal((FindingKinds.Absent, FindingOutcomes.Reported), (finding.Kind, finding.Outcome));
        Directory.Delete(blobs, recursive: true);
        Directory.Move(blobs + "-elsewhere", blobs);
        Assert.Equal("x", await content.PullBlobAsync("r", blob));
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private async Task ReplaceAsync(Digest blob, string? bytes)
    {
        var path = Path.Combine(content.Folder, content.Read(db => db.Blobs.Single(b => b.Digest == blob.ToString()).StorageKey));
        File.Delete(path);
        if (bytes is not null)
        {
            await File.WriteAllTextAsync(path, bytes, Token);
        }
    }
}
