using Registry.Storage.Content;
using Registry.Storage.Journal;
using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class SortedListingTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Theory]
    [InlineData(TagSort.Name, "a b c d")]
    [InlineData(TagSort.Pushed, "c a d b")]
    [InlineData(TagSort.Pulled, "c d a b")]
    [InlineData(TagSort.Size, "a c d b")]
    public async Task Tags_come_in_the_order_asked_for_page_by_page_and_backwards(TagSort sort, string expected)
    {
        await PutAsync("c", "c", "1");
        await PutAsync("a", "a", "1");
        await PutAsync("d", "d", "22");
        await PutAsync("b", "b", "333");
        await PullAsync("a");
        await PullAsync("b");
        Assert.Equal(expected.Split(' '), Names(sort, SortDirection.Ascending, 3));
        Assert.Equal(expected.Split(' ').Reverse(), Names(sort, SortDirection.Descending, 1));
    }

    [Theory]
    [InlineData(null, 4)]
    [InlineData("", 4)]
    [InlineData("v1", 3)]
    [InlineData("v1*", 2)]
    [InlineData("v?.0", 2)]
    [InlineData("V1", 0)]
    [InlineData("[v]1.0", 0)]
    [InlineData("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", 0)]
    public async Task A_match_is_a_part_of_the_name_or_a_glob(string? match, int count)
    {
        await PutAsync("x", "v1.0", "1");
        await content.PutManifestAsync("r", ["v1.1", "v2.0", "pre-v1" + new string('a', 100)], await content.PushBlobAsync("r", "x"));
        var page = Listing.Page(Name("r"), match, TagSort.Name, SortDirection.Ascending, null, 10)!;
        Assert.Equal((count, count), (page.Items.Count, page.Total));
        Assert.Equal(count, Listing.All(Name("r"), match, 10)!.Count);
    }

    [Fact]
    public async Task A_line_has_who_pushed_it_and_the_later_one_of_its_pulls()
    {
        var image = await PutAsync("x", "v1", "1");
        content.Pulls.Record(content.ManifestRow("r", image).Id, null);
        await content.Pulls.FlushAsync(Token);
        var line = Listing.Describe(Listing.Page(Name("r"), null, TagSort.Name, SortDirection.Ascending, null, 10)!.Items).Single();
        Assert.Equal((image.ToString(), "ci", content.Time.GetUtcNow()), (line.Digest, line.PushedBy, line.LastPulledAt));
        Assert.Equal(("1x".Length + ManifestJson(DigestOf("1"), DigestOf("x")).Length, null), (line.Size, line.Platform));
        Assert.Null(Listing.Page(Name("nothing"), null, TagSort.Name, SortDirection.Ascending, null, 10));
    }

    [Fact]
    public async Task Repositories_count_what_they_have_and_sort_by_it()
    {
        foreach (var (repository, tags, blob) in new[] { ("b", new[] { "1" }, "a longer blob"), ("a", ["1", "2", "3"], "s"), ("c", ["1", "2"], "medium") })
        {
            content.Time.Advance(TimeSpan.FromHours(1));
            await content.PutManifestAsync(repository, tags, await content.PushBlobAsync(repository, blob));
        }

        await content.Sessions.BeginAsync(Name("empty"), DigestAlgorithm.Sha256, Token);
        var all = new RepositoryListing(content.Contexts);
        string Sorted(RepositorySort sort, SortDirection direction) => string.Concat(all.List(sort, direction, null, 10, _ => true).Items.Select(r => r.Name));
        Assert.Equal("abc", Sorted(RepositorySort.Name, SortDirection.Ascending));
        Assert.Equal("bac", Sorted(RepositorySort.Pushed, SortDirection.Ascending));
        Assert.Equal("bca", Sorted(RepositorySort.Size, SortDirection.Descending));
        Assert.Equal("acb", Sorted(RepositorySort.Tags, SortDirection.Descending));
        Assert.Equal("cba", Sorted(RepositorySort.Pulled, SortDirection.Descending));

        var second = all.List(RepositorySort.Tags, SortDirection.Ascending, new Position(1, "b"), 1, name => name.ToString() != "c");
        var line = Assert.Single(second.Items);
        Assert.Equal(("a", 3, 1, 1 + ManifestJson(DigestOf("s")).Length), (line.Name, line.Tags, line.Manifests, line.Size));
        Assert.Equal((null, 2), (second.Next, second.Total));
    }

    [Fact]
    public async Task The_platform_of_an_image_is_read_from_its_config_once_and_that_of_an_index_from_its_children()
    {
        var (arm, none) = (await PutImageAsync("""{"os":"linux","architecture":"arm64","variant":"v8"}"""), await PutImageAsync("no json"));
        var index = $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[
            {"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{arm}}","size":1,"platform":{"os":"linux","architecture":"arm64","variant":"v8"} },
            {"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{none}}","size":1,"platform":{"os":"unknown","architecture":"unknown"} }]}
            """;
        var multi = (await content.TryPutAsync("r", ["multi"], MediaTypes.OciIndex, index)).Value;
        var artifact = await content.PutManifestAsync("r", [], await content.PushBlobAsync("r", "{}"));
        var ids = new[] { arm, none, multi, artifact }.Select(digest => content.ManifestRow("r", digest).Id).ToList();
        var found = await new Platforms(content.Contexts, content.Writer, new BlobObjects(content.Contexts, content.Writer, content.Store, new SoleOwner())).FindAsync(ids, Token);
        Assert.Equal(["linux/arm64/v8", "", "linux/arm64/v8", ""], ids.Select(id => found[id]));
        Assert.Equal("linux/arm64/v8", content.ManifestRow("r", multi).Platform);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();

    private TagListing Listing => new(content.Contexts);

    private List<string> Names(TagSort sort, SortDirection direction, int pageSize)
    {
        var (names, after) = (new List<string>(), (Position?)null);
        do
        {
            var page = Listing.Page(Name("r"), null, sort, direction, after, pageSize)!;
            names.AddRange(page.Items.Select(entry => entry.Name));
            after = page.Next;
        }
        while (after is not null);
        return names;
    }

    /// <param name="blob">Its length is the image's size, but for the manifest.</param>
    private async Task<Digest> PutAsync(string first, string tag, string blob)
    {
        content.Time.Advance(TimeSpan.FromMinutes(1));
        return await content.PutManifestAsync("r", [tag], await content.PushBlobAsync("r", blob), await content.PushBlobAsync("r", first));
    }

    private async Task<Digest> PutImageAsync(string config)
    {
        var json = ManifestJson(await content.PushBlobAsync("r", config)).Replace("application/x", "application/vnd.oci.image.config.v1+json", StringComparison.Ordinal);
        return (await content.TryPutAsync("r", [], MediaTypes.OciManifest, json)).Value;
    }

    private async Task PullAsync(string tag)
    {
        content.Time.Advance(TimeSpan.FromMinutes(1));
        var row = content.Read(db => db.Tags.Single(t => t.Name == tag));
        content.Pulls.Record(row.ManifestId, row.Id);
        await content.Pulls.FlushAsync(Token);
    }
}
