using Registry.Storage.Model;
using static Registry.Storage.Tests.Content.TestContent;

namespace Registry.Storage.Tests.Content;

public sealed class ListingsTests : IAsyncDisposable
{
    private readonly TestContent content = new();

    [Fact]
    public async Task Tags_come_in_ASCII_order_page_by_page()
    {
        string[] tags = ["b", "B", "a", "_", "1", "a.b", "a-b", "A", "z0", "Z"];
        await content.PutManifestAsync("r", tags, await content.PushBlobAsync("r", "x"));
        var expected = tags.Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected, content.Listings.Tags(Name("r"), null, 100).Value.Items);

        var paged = new List<string>();
        string? last = null;
        do
        {
            var page = content.Listings.Tags(Name("r"), last, 3).Value;
            Assert.True(page.Items.Count <= 3);
            paged.AddRange(page.Items);
            last = page.Next;
        }
        while (last is not null);
        Assert.Equal(expected, paged);
    }

    [Fact]
    public async Task The_last_page_has_no_next_and_a_page_of_none_ends_it()
    {
        await content.PutManifestAsync("r", ["a", "b"], await content.PushBlobAsync("r", "x"));
        Assert.Null(content.Listings.Tags(Name("r"), null, 2).Value.Next);
        Assert.Equal("a", content.Listings.Tags(Name("r"), null, 1).Value.Next);
        var none = content.Listings.Tags(Name("r"), null, 0).Value;
        Assert.Empty(none.Items);
        Assert.Null(none.Next);
        Assert.Equal(["b"], content.Listings.Tags(Name("r"), "ab", 9).Value.Items);
    }

    [Fact]
    public void An_unknown_repository_has_no_list() => Assert.Equal(ErrorKind.NameUnknown, content.Listings.Tags(Name("r"), null, 1).Error!.Kind);

    [Fact]
    public async Task The_catalog_has_what_the_caller_may_read_and_full_pages()
    {
        foreach (var name in new[] { "a", "secret/1", "b", "secret/2", "c", "d" })
        {
            await content.PutManifestAsync(name, [], await content.PushBlobAsync(name, "x"));
        }

        await content.PushBlobAsync("only-a-blob", "x");
        var first = content.Listings.Catalog(null, 3, MayRead);
        Assert.Equal(["a", "b", "c"], first.Items);
        Assert.Equal("c", first.Next);
        var second = content.Listings.Catalog("c", 3, MayRead);
        Assert.Equal(["d"], second.Items);
        Assert.Null(second.Next);

        static bool MayRead(RepositoryName name) => !name.ToString().StartsWith("secret", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Referrers_are_those_of_the_subject_filtered_by_type_page_by_page()
    {
        var config = await content.PushBlobAsync("r", "{}");
        var subject = DigestOf("not pushed yet");
        foreach (var type in new[] { "sbom", "sig", "sbom", "sig", "sbom" })
        {
            var json = ManifestJson(config)[..^1] + $$$"""
                ,"artifactType":"{{{type}}}","subject":{"digest":"{{{subject}}}","size":1},"annotations":{"n":"{{{Guid.NewGuid()}}}"}}
                """;
            Assert.Null((await content.TryPutAsync("r", [], MediaTypes.OciManifest, json)).Error);
        }

        Assert.Equal(5, content.Listings.Referrers(Name("r"), subject, null, 0, 10).Items.Count);
        var page = content.Listings.Referrers(Name("r"), subject, "sbom", 0, 2);
        Assert.Equal(2, page.Items.Count);
        var rest = content.Listings.Referrers(Name("r"), subject, "sbom", long.Parse(page.Next!, System.Globalization.CultureInfo.InvariantCulture), 2);
        Assert.Single(rest.Items);
        Assert.Null(rest.Next);
        Assert.Empty(content.Listings.Referrers(Name("r"), DigestOf("nobody"), null, 0, 10).Items);
        Assert.Empty(content.Listings.Referrers(Name("elsewhere"), subject, null, 0, 10).Items);
    }

    [Fact]
    public async Task A_push_that_was_only_begun_makes_no_repository()
    {
        await content.Sessions.BeginAsync(Name("r"), DigestAlgorithm.Sha256, Token);
        Assert.Equal(ErrorKind.NameUnknown, content.Listings.Tags(Name("r"), null, 10).Error!.Kind);
        await content.PushBlobAsync("r", "x");
        Assert.Empty(content.Listings.Tags(Name("r"), null, 10).Value.Items);
    }

    [Fact]
    public async Task A_page_of_referrers_with_long_annotations_ends_early_and_leads_on()
    {
        var config = await content.PushBlobAsync("r", "{}");
        var subject = DigestOf("subject");
        foreach (var number in Enumerable.Range(0, 5))
        {
            var json = ManifestJson(config)[..^1] + $$$"""
                ,"subject":{"digest":"{{{subject}}}","size":1},"annotations":{"n":"{{{number}}}{{{new string('x', 700_000)}}}"}}
                """;
            Assert.Null((await content.TryPutAsync("r", [], MediaTypes.OciManifest, json)).Error);
        }

        var (seen, after, sizes) = (new List<char>(), "0", new List<int>());
        while (after is not null)
        {
            var page = content.Listings.Referrers(Name("r"), subject, null, long.Parse(after, System.Globalization.CultureInfo.InvariantCulture), 200);
            seen.AddRange(page.Items.Select(referrer => referrer.Annotations!["n"][0]));
            sizes.Add(page.Items.Count);
            after = page.Next;
        }

        Assert.Equal("01234", string.Concat(seen));
        Assert.Equal([2, 2, 1], sizes);
    }

    public ValueTask DisposeAsync() => content.DisposeAsync();
}
