using System.Text.Json;
using Registry.Api.Tests.Serving;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

public sealed class ReferrersTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();
    private readonly Content subject = Content.Random();

    [Fact]
    public async Task The_push_says_the_subject_even_if_it_is_not_there()
    {
        var manifest = await repository.NewImageAsync($"\"subject\":{subject.As(MediaTypes.OciManifest)},");
        (await repository.PutAsync("v1", manifest)).Expect(201).ExpectHeader("OCI-Subject", subject.Digest);
        (await repository.PutAsync("v2", await repository.NewImageAsync())).Expect(201).ExpectHeader("OCI-Subject", null);
    }

    [Theory]
    [InlineData("", 7)]
    [InlineData("n=1", 7)]
    [InlineData("n=3", 7)]
    [InlineData("n=2&artifactType=b/b%2Bx", 3)]
    [InlineData("artifactType=none", 0)]
    public async Task Pages_and_filter_work_together(string query, int count)
    {
        var pushed = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            pushed.Add((await PushReferrerAsync(i % 2 == 0 ? "a/a" : "b/b+x")).Digest);
        }

        var found = new List<string>();
        for (var next = $"referrers/{subject.Digest}?{query}"; next is not null;)
        {
            var page = (await repository.GetAsync(next)).Expect(200).ExpectHeader("Content-Type", MediaTypes.OciIndex)
                .ExpectHeader("OCI-Filters-Applied", query.Contains("artifactType", StringComparison.Ordinal) ? "artifactType" : null);
            found.AddRange(Listed(page).Select(d => d.GetProperty("digest").GetString()!));
            next = page.Next();
        }

        Assert.Equal(count, found.Count);
        Assert.Equal(pushed.Where(found.Contains), found);
    }

    [Fact]
    public async Task A_page_of_none_is_empty()
    {
        await PushReferrerAsync("a/a");
        Assert.Empty(Listed((await repository.GetAsync($"referrers/{subject.Digest}?n=0")).Expect(200)));
    }

    [Fact]
    public async Task A_referrer_is_listed_with_its_descriptor_type_and_annotations()
    {
        var referrer = await PushReferrerAsync("a/a", """{"Key.With-Case":"v\u00e9","quote\"":"\\"}""");
        var listed = Listed(await repository.GetAsync($"referrers/{subject.Digest}")).Single();
        Assert.Equal(
            (MediaTypes.OciManifest, referrer.Digest, referrer.Bytes.Length, "a/a"),
            (listed.GetProperty("mediaType").GetString(), listed.GetProperty("digest").GetString(), listed.GetProperty("size").GetInt32(), listed.GetProperty("artifactType").GetString()));
        var annotations = listed.GetProperty("annotations").EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetString());
        Assert.Equal(new Dictionary<string, string?> { ["Key.With-Case"] = "v\u00e9", ["quote\""] = "\\" }, annotations);
    }

    public static TheoryData<string> Odd => ["null", "[]", "\"text\"", "{}", """{"a":1,"b":null,"c":{"d":"e"}}""", "{\"a\":" + new string('[', 61) + new string(']', 61) + "}"];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Annotations_that_are_no_text_do_not_break_the_list(string annotations)
    {
        await PushReferrerAsync("a/a", annotations);
        var listed = Listed((await repository.GetAsync($"referrers/{subject.Digest}")).Expect(200)).Single();
        Assert.True(!listed.TryGetProperty("annotations", out var found) || found.EnumerateObject().All(a => a.Value.ValueKind == JsonValueKind.String));
    }

    [Theory]
    [InlineData("referrers/sha256:zz", "DIGEST_INVALID")]
    [InlineData("referrers/latest", "DIGEST_INVALID")]
    [InlineData("referrers/sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad?n=-1", "UNSUPPORTED")]
    public async Task What_cannot_be_understood_is_refused(string path, string code) => (await repository.GetAsync(path)).ExpectError(400, code);

    [Fact]
    public async Task An_unknown_repository_has_no_referrers() =>
        Assert.Empty(Listed((await repository.GetAsync($"referrers/{subject.Digest}?last=not-a-number")).Expect(200)));

    private async Task<Content> PushReferrerAsync(string artifactType, string annotations = "{}")
    {
        var manifest = await repository.NewImageAsync($"\"artifactType\":\"{artifactType}\",\"subject\":{subject.As(MediaTypes.OciManifest)},\"annotations\":{annotations},");
        return await repository.PushManifestAsync(manifest.Digest, manifest);
    }

    private static List<JsonElement> Listed(Answer page) => [.. page.Json.GetProperty("manifests").EnumerateArray()];
}
