using System.Text;
using System.Text.Json;
using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Admin;

public sealed class TagTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task A_tag_is_listed_with_its_dates_sizes_and_platform()
    {
        var (shared, own) = (await repository.PushAsync(Content.Random(5000)), await repository.PushAsync(Content.Random(300)));
        var config = await repository.PushAsync(Content.Of($$"""{"os":"linux","architecture":"arm64","variant":"v8","x":"{{Guid.NewGuid()}}"}"""));
        var image = await repository.PushManifestAsync("v1", Platformed(config, shared, own));
        await repository.PushManifestAsync("v2", Content.Image(config, shared));
        (await repository.HeadAsync("manifests/v1")).Expect(200);

        var page = (await ListAsync("match=v1")).Expect(200).Json;
        Assert.Equal((1, repository.Name, JsonValueKind.Null), (page.GetProperty("total").GetInt32(), page.GetProperty("repository").GetString(), page.GetProperty("next").ValueKind));
        var tag = page.GetProperty("tags")[0];
        Assert.Equal(("v1", image.Digest, "linux/arm64/v8"), (Text(tag, "name"), Text(tag, "digest"), Text(tag, "platform")));
        Assert.Equal(image.Bytes.Length + config.Bytes.Length + 5300, tag.GetProperty("size").GetInt64());
        Assert.Equal(image.Bytes.Length + 300, tag.GetProperty("exclusiveBytes").GetInt64());
        Assert.Equal("anonymous", Text(tag, "pushedBy"));
        Assert.True(tag.GetProperty("lastPulledAt").GetDateTimeOffset() >= tag.GetProperty("pushedAt").GetDateTimeOffset());
        Assert.Equal("linux/arm64/v8", Text((await ListAsync("match=v1")).Json.GetProperty("tags")[0], "platform"));
    }

    [Fact]
    public async Task Pages_follow_each_other_in_every_order_and_hold_each_tag_once()
    {
        var names = Enumerable.Range(0, 7).Select(i => $"t{i}").ToList();
        foreach (var name in names)
        {
            await repository.PushManifestAsync(name, Content.Image(await repository.PushAsync(Content.Random(100 + 10 * name[1])), await repository.PushRandomAsync()));
        }

        foreach (var sort in new[] { "name", "pushed", "size", "exclusive" })
        {
            Assert.Equal(names, await AllAsync($"sort={sort}&n=2"));
            Assert.Equal(Enumerable.Reverse(names), await AllAsync($"sort={sort}&order=desc&n=3"));
        }

        Assert.Equal(names.Order(), (await AllAsync("sort=pulled&n=4")).Order());
    }

    [Theory]
    [InlineData("tags?repository=$&sort=colour", 400, "name, pushed, pulled, size, exclusive")]
    [InlineData("tags?repository=$&order=up", 400, "asc or desc")]
    [InlineData("tags?repository=$&after=x!", 400, "'next'")]
    [InlineData("tags?repository=$&sort=size&after=bmFtZSBBc2NlbmRpbmcgMCB2MQ", 400, "'next'")]
    [InlineData("tags", 400, "?repository=")]
    [InlineData("tags?repository=Team", 400, "'Team' is not the name of a repository")]
    [InlineData("tags?repository=no/such", 404, "There is no repository no/such")]
    [InlineData("tags/history?repository=$&tag=v2", 404, "There is no history")]
    [InlineData("tags/history?repository=$&tag=v:2", 400, "'v:2' is not a tag")]
    [InlineData("tags/history?repository=$", 400, "tag=v1.0")]
    [InlineData("tags/restorable?repository=no/such", 404, "There is no repository")]
    [InlineData("repositories?sort=colour", 400, "name, pushed, pulled, size, tags")]
    public async Task A_question_that_cannot_be_answered_is_refused_with_what_can(string address, int status, string reason)
    {
        await repository.PushImageAsync("v1");
        var refused = await registry.Client.SendAsync("GET", $"/api/v1/{address.Replace("$", repository.Name, StringComparison.Ordinal)}");
        Assert.Contains(reason, Detail(refused.Expect(status)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_moved_tag_and_a_deleted_one_are_restorable_and_restored()
    {
        var (first, second) = (await repository.PushImageAsync("v1"), await repository.PushImageAsync("v1"));
        Assert.Equal([second.Digest, first.Digest], (await HistoryAsync("v1")).Select(line => Text(line, "digest")));
        var lost = (await registry.Client.SendAsync("GET", $"/api/v1/tags/restorable?repository={repository.Name}")).Expect(200).Json[0];
        Assert.Equal(("v1", first.Digest, "moved"), (Text(lost, "tag"), Text(lost, "digest"), Text(lost, "reason")));
        Assert.True(lost.GetProperty("restorableUntil").GetDateTimeOffset() > lost.GetProperty("lostAt").GetDateTimeOffset());

        var restored = (await RestoreAsync("v1", $"\"at\":\"{(await HistoryAsync("v1"))[1].GetProperty("from").GetString()}\"")).Expect(200).Json;
        Assert.Equal((first.Digest, second.Digest, true), (Text(restored, "digest"), Text(restored, "before"), restored.GetProperty("changed").GetBoolean()));
        (await repository.GetAsync("manifests/v1")).Expect(200).ExpectBody(first.Bytes);
        Assert.False((await RestoreAsync("v1", $"\"digest\":\"{first.Digest}\"")).Expect(200).Json.GetProperty("changed").GetBoolean());

        (await repository.DeleteAsync("manifests/v1")).Expect(202);
        (await RestoreAsync("v1", $"\"digest\":\"{second.Digest}\"")).Expect(200);
        (await repository.GetAsync("manifests/v1")).Expect(200).ExpectBody(second.Bytes);
        Assert.Equal(4, (await HistoryAsync("v1")).Count);
    }

    [Fact]
    public async Task What_has_gone_cannot_be_restored()
    {
        var image = await repository.PushImageAsync("v1");
        (await repository.DeleteAsync($"manifests/{image.Digest}")).Expect(202);
        Assert.False((await HistoryAsync("v1"))[0].GetProperty("restorable").GetBoolean());
        Assert.Contains("has been removed", Detail((await RestoreAsync("v1", $"\"digest\":\"{image.Digest}\"")).Expect(410)), StringComparison.Ordinal);
        Assert.Contains("never pointed to it", Detail((await RestoreAsync("v1", $"\"digest\":\"{Content.Random().Digest}\"")).Expect(404)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "either 'digest' or 'at'")]
    [InlineData(",\"digest\":\"sha256:0\",\"at\":\"2026-01-01\"", "either 'digest' or 'at'")]
    [InlineData(",\"digest\":\"sha256:0\"", "'sha256:0' is not a sha256")]
    [InlineData(",\"at\":\"yesterday\"", "'yesterday' is not a time")]
    [InlineData(",\"at\":\"1/2/2026\"", "'1/2/2026' is not a time")]
    [InlineData(",\"tag\":\"-\"", "'-' is not a tag")]
    public async Task A_restore_that_is_none_is_refused_with_the_reason(string rest, string reason)
    {
        var refused = await SendRestoreAsync($$"""{"repository":"{{repository.Name}}","tag":"v1"{{rest}}}""");
        Assert.Contains(reason, Detail(refused.Expect(400)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2000-01-01T00:00:00Z")]
    [InlineData("2000-01-01T01:00:00.5+01:00")]
    [InlineData("2000-01-01 12:30")]
    [InlineData("2000-01-01")]
    public async Task A_time_may_be_written_in_several_ways(string time)
    {
        await repository.PushImageAsync("v1");
        Assert.Contains("did not exist at", Detail((await RestoreAsync("v1", $"\"at\":\"{time}\"")).Expect(404)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repositories_are_listed_with_what_they_have()
    {
        var image = await repository.PushImageAsync("v1");
        await repository.PutAsync("v2", image);
        var (after, found) = ("", new List<JsonElement>());
        do
        {
            var page = (await registry.Client.SendAsync("GET", $"/api/v1/repositories?sort=pushed&order=desc&n=5{after}")).Expect(200).Json;
            found.AddRange(page.GetProperty("repositories").EnumerateArray());
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : "";
        }
        while (after.Length > 0);

        // The others push meanwhile, and what moves to the front is not seen again.
        var own = found.Single(line => Text(line, "name") == repository.Name);
        Assert.Equal((2, 1, 2000 + image.Bytes.Length), (own.GetProperty("tags").GetInt32(), own.GetProperty("manifests").GetInt32(), own.GetProperty("size").GetInt32()));
    }

    private static Content Platformed(Content config, params Content[] layers) =>
        Content.Of(Encoding.UTF8.GetString(Content.Image(config, layers).Bytes).Replace("application/vnd.test.config", "application/vnd.oci.image.config.v1+json", StringComparison.Ordinal));

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static string Detail(Answer refused) => refused.ExpectHeader("Content-Type", "application/problem+json").Json.GetProperty("detail").GetString()!;

    private Task<Answer> ListAsync(string query) => registry.Client.SendAsync("GET", $"/api/v1/tags?repository={repository.Name}&{query}");

    private async Task<List<JsonElement>> HistoryAsync(string tag) =>
        [.. (await registry.Client.SendAsync("GET", $"/api/v1/tags/history?repository={repository.Name}&tag={tag}")).Expect(200).Json.EnumerateArray()];

    private Task<Answer> RestoreAsync(string tag, string target) => SendRestoreAsync($$"""{"repository":"{{repository.Name}}","tag":"{{tag}}",{{target}}}""");

    private Task<Answer> SendRestoreAsync(string json) => registry.Client.SendAsync("POST", "/api/v1/tags/restore", RegistryClient.Bytes(Encoding.UTF8.GetBytes(json), "application/json"));

    private async Task<List<string>> AllAsync(string query)
    {
        var (after, names) = ("", new List<string>());
        do
        {
            var page = (await ListAsync(query + after)).Expect(200).Json;
            Assert.Equal(7, page.GetProperty("total").GetInt32());
            names.AddRange(page.GetProperty("tags").EnumerateArray().Select(tag => Text(tag, "name")!));
            after = page.GetProperty("next").GetString() is { } next ? $"&after={next}" : "";
        }
        while (after.Length > 0);
        return names;
    }
}
