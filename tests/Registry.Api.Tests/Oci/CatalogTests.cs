using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Oci;

/// <summary>On a registry of its own: the catalog is all there is.</summary>
public sealed class CatalogTests(CatalogTests.Catalog catalog) : IClassFixture<CatalogTests.Catalog>
{
    private static readonly string[] Names = ["0", "a", "a-b", "a.b", "a/b", "a/b/blobs/uploads", "a0", "a__b", "b", "tags/list"];

    [Theory]
    [InlineData("")]
    [InlineData("?n=1")]
    [InlineData("?n=3")]
    [InlineData("?n=5")]
    [InlineData("?n=10")]
    [InlineData("?n=1000000")]
    public async Task The_link_leads_through_all_repositories_in_order(string query)
    {
        var found = new List<string>();
        for (var next = "/v2/_catalog" + query; next is not null;)
        {
            var page = (await GetAsync(next)).Expect(200).ExpectHeader("Content-Type", "application/json");
            found.AddRange(page.Strings("repositories"));
            next = page.Next();
        }

        Assert.Equal(Names, found);
    }

    [Theory]
    [InlineData("?last=a/b", new[] { "a/b/blobs/uploads", "a0", "a__b", "b", "tags/list" })]
    [InlineData("?last=a%2Fb&n=1", new[] { "a/b/blobs/uploads" })]
    [InlineData("?last=not/there", new[] { "tags/list" })]
    [InlineData("?last=z", new string[0])]
    [InlineData("?n=0", new string[0])]
    public async Task A_page_begins_after_last(string query, string[] expected) =>
        Assert.Equal(expected, (await GetAsync("/v2/_catalog" + query)).Expect(200).Strings("repositories"));

    [Theory]
    [InlineData("?last=%00%FF")]
    [InlineData("?last=%ED%A0%80")]
    [InlineData("?last='%20or%201=1%20--")]
    [InlineData("?last=a&last=b")]
    public async Task Any_text_may_be_last(string query) => (await GetAsync("/v2/_catalog" + query)).Expect(200);

    [Theory]
    [InlineData("?n=-1")]
    [InlineData("?n=x")]
    [InlineData("?n=1.5")]
    [InlineData("?n=1&n=2")]
    [InlineData("?n=99999999999")]
    public async Task A_page_size_that_is_none_is_refused(string query) => (await GetAsync("/v2/_catalog" + query)).ExpectError(400, "UNSUPPORTED");

    private Task<Answer> GetAsync(string address) => catalog.Client.SendAsync("GET", address);

    public sealed class Catalog : RegistryFixture
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            foreach (var name in Names.Reverse())
            {
                await new TestRepository(Client, name).PushImageAsync();
            }

            // Without a manifest it is none yet.
            await new TestRepository(Client, "only-a-blob").PushRandomAsync();
            await new TestRepository(Client, "only-a-session").BeginAsync();
        }
    }
}
