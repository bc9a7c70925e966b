using System.Net;
using System.Text.Json;
using Registry.Conformance.Target;

namespace Registry.Conformance.Requirements;

/// <summary>Specification, "Listing Tags".</summary>
public sealed class ListingTags(RegistryUnderTest registry)
{
    private const string Section = "Listing Tags";

    // Pushed out of order; this is the order by bytes, which is also one without regard to case.
    private static readonly string[] Tags = ["0", "1.10", "1.9", "a", "b-x", "b.x", "b_x", "latest", "v1"];

    private readonly Repository repository = registry.NewRepository();

    [Requirement(Level.Must, Section, "The list answers 200 with JSON of the repository's name and its tags.")]
    public async Task List_answers_name_and_tags()
    {
        await PushTagsAsync("v1");
        var answer = (await repository.GetAsync("tags/list")).Expect(HttpStatusCode.OK);
        if (answer.Json.GetProperty("name").GetString() != repository.Name || !TagsOf(answer).SequenceEqual(["v1"]))
        {
            throw answer.Unexpected("the name and the tag v1");
        }
    }

    [Requirement(Level.Must, Section, "The list of a repository without tags answers 200 and is empty.")]
    public async Task List_without_tags_is_empty()
    {
        await repository.PushImageAsync();
        await ExpectAsync("tags/list", []);
    }

    [Requirement(Level.Must, Section, "Tags are in lexical or ASCIIbetical order.")]
    public async Task List_is_in_order()
    {
        await PushTagsAsync(Tags);
        await ExpectAsync("tags/list", Tags);
    }

    [Requirement(Level.Must, Section, "With n, the first n tags are listed.")]
    public async Task First_page_has_n_tags()
    {
        await PushTagsAsync(Tags);
        await ExpectAsync("tags/list?n=4", Tags[..4]);
    }

    [Requirement(Level.Must, Section, "With n of 0, the list is empty, and there is no Link.")]
    public async Task Page_of_zero_is_empty()
    {
        await PushTagsAsync("a", "b");
        var answer = await ExpectAsync("tags/list?n=0", []);
        if (answer.Header("Link") is not null)
        {
            throw answer.Unexpected("no Link");
        }
    }

    [Requirement(Level.Must, Section, "With n and last, up to n tags after last are listed.")]
    public async Task Page_begins_after_last()
    {
        await PushTagsAsync(Tags);
        await ExpectAsync($"tags/list?n=3&last={Tags[2]}", Tags[3..6]);
    }

    [Requirement(Level.Must, Section, "With last alone, all tags after it are listed.")]
    public async Task Last_needs_no_n()
    {
        await PushTagsAsync(Tags);
        await ExpectAsync($"tags/list?last={Tags[4]}", Tags[5..]);
    }

    [Requirement(Level.Must, Section, "last need not be a tag that is there.")]
    public async Task Last_may_be_unknown()
    {
        await PushTagsAsync(Tags);
        await ExpectAsync("tags/list?last=b", Tags[4..]);
    }

    [Requirement(Level.WhenOffered, Section, "Link (RFC 5988, rel=next) leads through all tags, each once.")]
    public async Task Link_leads_through_all_tags()
    {
        await PushTagsAsync(Tags);
        var seen = new List<string>();
        var next = $"/v2/{repository.Name}/tags/list?n=4";
        while (next is not null)
        {
            var answer = (await registry.SendAsync(HttpMethod.Get, next)).Expect(HttpStatusCode.OK);
            seen.AddRange(TagsOf(answer));
            next = Links.Next(answer);
            Assert.SkipWhen(next is null && seen.Count == 4, "The registry sends no Link.");
        }

        Assert.Equal(Tags, seen);
    }

    [Requirement(Level.Should, Section, "At least 100 tags are listed at once.")]
    public async Task Hundred_tags_are_listed_at_once()
    {
        var tags = Enumerable.Range(100, 101).Select(i => $"t{i}").ToArray();
        await PushTagsAsync(tags);
        await ExpectAsync("tags/list?n=100", tags[..100]);
    }

    private async Task PushTagsAsync(params string[] tags)
    {
        var manifest = Blob.Of(Manifests.Image(await repository.PushBlobAsync(Blob.Random())));
        foreach (var tag in tags.Reverse())
        {
            await repository.PushManifestAsync(manifest, tag);
        }
    }

    private async Task<Answer> ExpectAsync(string resource, string[] tags)
    {
        var answer = (await repository.GetAsync(resource)).Expect(HttpStatusCode.OK);
        return TagsOf(answer).SequenceEqual(tags) ? answer : throw answer.Unexpected(string.Join(", ", tags));
    }

    private static string[] TagsOf(Answer answer) =>
        answer.Json.GetProperty("tags") is { ValueKind: JsonValueKind.Array } tags ? [.. tags.EnumerateArray().Select(tag => tag.GetString()!)] : throw answer.Unexpected("a list of tags");
}
