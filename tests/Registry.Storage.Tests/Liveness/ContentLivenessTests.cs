using Registry.Gc.Liveness;
using Registry.Gc.Pinning;
using Registry.Storage.Content;
using Registry.Storage.Model;
using Registry.Storage.Tests.Content;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Liveness;

/// <summary>Through real pushes: what keeps a manifest, in words that can be printed.</summary>
public sealed class ContentLivenessTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task A_child_is_kept_by_its_index_and_that_by_its_tags_and_pins()
    {
        var child = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "x"));
        var index = await content.PutIndexAsync("r", ["v1.2", "latest"], child);
        await new Pins(content.Contexts, content.Writer, content.Windows, content.Time).ReportAsync("web-1", [index, child], Token);
        Assert.Equal(
            [
                $"Pin web-1 {child}",
                $"Index  {index} ← Tag latest {index}",
                $"Index  {index} ← Tag v1.2 {index}",
                $"Index  {index} ← Pin web-1 {index}",
            ],
            PathsOf(child));

        content.Time.Advance(content.Windows.PinExpiry);
        Assert.Equal([$"Index  {index} ← Tag latest {index}", $"Index  {index} ← Tag v1.2 {index}"], PathsOf(child));
    }

    [Fact]
    public async Task A_signature_is_kept_by_its_subject_whether_that_is_named_inside_of_it_or_by_its_tag()
    {
        var subject = await content.PutManifestAsync("r", ["v1"], await content.PushBlobAsync("r", "x"));
        var json = ManifestJson(await content.PushBlobAsync("r", "sbom"))[..^1] + $$$""","subject":{"digest":"{{{subject}}}","size":1} }""";
        var referrer = (await content.TryPutAsync("r", [], MediaTypes.OciManifest, json)).Value;
        var tag = subject.ToString().Replace(':', '-') + ".sig";
        var signature = await content.PutManifestAsync("r", [tag], await content.PushBlobAsync("r", "signature"));
        Assert.Equal([$"Subject  {subject} ← Tag v1 {subject}"], PathsOf(referrer));
        Assert.Equal([$"SignatureTag {tag} {subject} ← Tag v1 {subject}"], PathsOf(signature));

        var going = content.Read(db => db.Tags.Select(t => new { t.Id, t.Name }).ToList());
        Assert.Equal(3, Liveness().FindFreed([going.Single(t => t.Name == "v1").Id]).Manifests.Count);
        Assert.Single(Liveness().FindFreed([going.Single(t => t.Name == tag).Id]).Manifests);
    }

    [Fact]
    public async Task A_signature_tag_without_its_subject_keeps_nothing_and_what_it_names_is_not_freed_again()
    {
        var tag = DigestOf("never pushed").ToString().Replace(':', '-') + ".sig";
        var signature = await content.PutManifestAsync("r", [tag], await content.PushBlobAsync("r", "signature"));
        Assert.Empty(PathsOf(signature));
        Assert.Equal(0, Liveness().FindFreed([content.Read(db => db.Tags.Single().Id)]).Total);
    }

    [Fact]
    public async Task Without_a_name_there_is_no_path_and_the_times_of_the_row_are_said()
    {
        var image = await content.PutManifestAsync("r", ["v1"], await content.PushBlobAsync("r", "x"));
        Assert.Null(Keepers(image).UnreferencedSince);
        await content.Removal.DeleteTagAsync(Name("r"), Tag.Parse("v1"), "me", Token);
        var keepers = Keepers(image);
        Assert.Empty(keepers.Paths);
        Assert.Equal((content.Time.GetUtcNow(), content.Time.GetUtcNow() + 1.5 * content.Windows.Promise), (keepers.UnreferencedSince, keepers.KeptUntil));
        Assert.Null(Liveness().FindKeepers(Name("other"), image));
    }

    [Fact]
    public async Task Of_many_roots_the_first_are_named_and_the_rest_counted()
    {
        var image = await content.PutManifestAsync("r", [.. Enumerable.Range(0, 50).Select(i => $"t{i:00}")], await content.PushBlobAsync("r", "x"));
        var keepers = Keepers(image);
        Assert.Equal((20, 30), (keepers.Paths.Count, keepers.More));
        Assert.Equal("t19", keepers.Paths[^1][0].Name);
    }

    [Fact]
    public async Task A_layer_that_another_image_shares_is_not_freed_and_everything_else_is()
    {
        var (shared, own) = (await content.PushBlobAsync("r", "a base layer"), await content.PushBlobAsync("r", "own"));
        var image = await content.PutManifestAsync("r", ["v1"], own, shared);
        await content.PushBlobAsync("s", "a base layer");
        await content.PutManifestAsync("s", ["v1"], shared);
        var tag = content.Read(db => db.Tags.First(t => t.Name == "v1" && db.Manifests.Any(m => m.Id == t.ManifestId && m.Digest == image.ToString())).Id);
        var freed = Liveness().FindFreed([tag]);
        Assert.Equal(("own".Length, 1), (freed.BlobBytes, freed.Manifests.Count));
        Assert.Equal(ManifestJson(own, shared).Length, freed.ManifestBytes);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private ContentLiveness Liveness() => new(content.Contexts, new Deadlines(content.Time, content.Windows));

    private ManifestKeepers Keepers(Digest manifest) => Liveness().FindKeepers(Name("r"), manifest)!;

    private IEnumerable<string> PathsOf(Digest manifest) => Keepers(manifest).Paths.Select(path => string.Join(" ← ", path.Select(step => $"{step.Kind} {step.Name} {step.Digest}")));
}
