using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Oci;

public sealed class TagListTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    [Theory]
    [InlineData("?n=1")]
    [InlineData("?n=2")]
    [InlineData("?n=6")]
    [InlineData("")]
    public async Task The_link_leads_through_all_tags_in_ASCII_order(string query)
    {
        var image = await repository.NewImageAsync();
        (await repository.PutAsync($"{image.Digest}?tag=b&tag=B&tag=_&tag=a-&tag=a.&tag=1", image)).Expect(201).ExpectHeader("OCI-Tag", "b, B, _, a-, a., 1");
        var found = new List<string>();
        for (var next = "tags/list" + query; next is not null;)
        {
            var page = (await repository.GetAsync(next)).Expect(200);
            Assert.Equal(repository.Name, page.Json.GetProperty("name").GetString());
            found.AddRange(page.Strings("tags"));
            next = page.Next();
        }

        Assert.Equal(["1", "B", "_", "a-", "a.", "b"], found);
    }

    [Fact]
    public async Task A_push_sets_at_most_100_tags()
    {
        var image = await repository.NewImageAsync();
        (await repository.PutAsync($"{image.Digest}?{Query(101)}", image)).ExpectError(414, "UNSUPPORTED");
        (await repository.GetAsync($"manifests/{image.Digest}")).Expect(404);
        (await repository.PutAsync($"{image.Digest}?{Query(100)}", image)).Expect(201);
        Assert.Equal(100, (await repository.GetAsync("tags/list")).Strings("tags").Count());

        static string Query(int count) => string.Join('&', Enumerable.Range(0, count).Select(i => $"tag=t{i}"));
    }

    [Fact]
    public async Task The_same_tag_twice_is_one()
    {
        var image = await repository.NewImageAsync();
        (await repository.PutAsync($"{image.Digest}?tag=a&tag=a", image)).Expect(201).ExpectHeader("OCI-Tag", "a");
    }
}
