using Registry.Api.Tests.Serving;
using Registry.Storage.Model;

namespace Registry.Api.Tests.Oci;

/// <summary>If-Match and If-None-Match on a manifest PUT: a tag moves only from where the caller thinks it is.</summary>
public sealed class ConditionalTagTests(RegistryFixture registry)
{
    private const string IfMatch = "If-Match";
    private const string IfNoneMatch = "If-None-Match";
    private const int Jobs = 16;

    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task A_new_tag_can_be_kept_from_being_overwritten()
    {
        var first = await repository.NewImageAsync();
        (await repository.PutAsync("v1", first, headers: (IfNoneMatch, "*"))).Expect(201);
        var refused = (await repository.PutAsync("v1", await repository.NewImageAsync(), headers: (IfNoneMatch, "*"))).ExpectError(412, "DENIED");
        Assert.Contains(first.Digest, refused.Message, StringComparison.Ordinal);
        (await repository.GetAsync("manifests/v1")).ExpectBody(first.Bytes);
    }

    [Fact]
    public async Task The_same_push_again_is_refused_too_if_the_tag_must_not_exist()
    {
        var image = await repository.NewImageAsync();
        (await repository.PutAsync("v1", image, headers: (IfNoneMatch, "*"))).Expect(201);
        (await repository.PutAsync("v1", image, headers: (IfNoneMatch, "*"))).ExpectError(412, "DENIED");
    }

    [Fact]
    public async Task A_tag_moves_only_from_the_digest_that_was_read()
    {
        var first = await repository.PushImageAsync("v1");
        var etag = (await repository.HeadAsync("manifests/v1")).Header("ETag")!;
        var second = await repository.NewImageAsync();
        (await repository.PutAsync("v1", second, headers: (IfMatch, etag))).Expect(201);
        var refused = (await repository.PutAsync("v1", first, headers: (IfMatch, etag))).ExpectError(412, "DENIED");
        Assert.Contains(second.Digest, refused.Message, StringComparison.Ordinal);
        (await repository.GetAsync("manifests/v1")).ExpectBody(second.Bytes);
    }

    [Theory]
    [InlineData(IfMatch, "\"{0}\"", 201)]
    [InlineData(IfMatch, "\"sha256:00\", \"{0}\"", 201)]
    [InlineData(IfMatch, "*", 201)]
    [InlineData(IfMatch, "W/\"{0}\"", 412)]
    [InlineData(IfMatch, "\"sha256:00\"", 412)]
    [InlineData(IfMatch, "{0}", 400)]
    [InlineData(IfMatch, "\"{0}\", *", 400)]
    [InlineData(IfNoneMatch, "\"{0}\"", 412)]
    [InlineData(IfNoneMatch, "W/\"{0}\"", 412)]
    [InlineData(IfNoneMatch, "\"sha256:00\", \"{0}\"", 412)]
    [InlineData(IfNoneMatch, "\"sha256:00\"", 201)]
    [InlineData(IfNoneMatch, "\"", 400)]
    public async Task A_condition_on_a_tag_that_exists(string header, string format, int status)
    {
        var there = await repository.PushImageAsync("v1");
        var condition = format.Replace("{0}", there.Digest, StringComparison.Ordinal);
        (await repository.PutAsync("v1", await repository.NewImageAsync(), headers: (header, condition))).Expect(status);
    }

    [Theory]
    [InlineData(IfMatch, "*", 412)]
    [InlineData(IfMatch, "\"sha256:00\"", 412)]
    [InlineData(IfNoneMatch, "*", 201)]
    [InlineData(IfNoneMatch, "\"sha256:00\"", 201)]
    public async Task A_condition_on_a_tag_that_does_not_exist(string header, string condition, int status) =>
        (await repository.PutAsync("new", await repository.NewImageAsync(), headers: (header, condition))).Expect(status);

    [Fact]
    public async Task A_refused_push_leaves_nothing()
    {
        var image = await repository.NewImageAsync();
        (await repository.PutAsync("v1", image, headers: (IfMatch, "*"))).Expect(412);
        (await repository.GetAsync($"manifests/{image.Digest}")).ExpectError(404, "MANIFEST_UNKNOWN");
    }

    [Fact]
    public async Task Of_several_tags_all_must_fulfil_the_condition()
    {
        await repository.PushImageAsync("b");
        var image = await repository.NewImageAsync();
        var path = $"{image.Digest}?tag=a&tag=b";
        (await repository.PutAsync(path, image, headers: (IfNoneMatch, "*"))).ExpectError(412, "DENIED").ExpectHeader("OCI-Tag", null);
        (await repository.GetAsync("manifests/a")).Expect(404);
        (await repository.PutAsync($"{image.Digest}?tag=a&tag=c", image, headers: (IfNoneMatch, "*"))).Expect(201).ExpectHeader("OCI-Tag", "a, c");
        (await repository.PutAsync(path, image, headers: (IfMatch, "*"))).Expect(201).ExpectHeader("OCI-Tag", "a, b");
    }

    [Fact]
    public async Task A_condition_without_a_tag_is_refused()
    {
        var image = await repository.NewImageAsync();
        (await repository.PutAsync(image.Digest, image, headers: (IfNoneMatch, "*"))).ExpectError(400, "UNSUPPORTED");
    }

    [Fact]
    public async Task Of_jobs_that_race_for_a_new_tag_exactly_one_wins()
    {
        for (var round = 0; round < 5; round++)
        {
            await RaceAsync($"round-{round}", (IfNoneMatch, "*"));
        }
    }

    [Fact]
    public async Task Of_jobs_that_race_to_move_a_tag_exactly_one_wins()
    {
        var current = await repository.PushImageAsync("moving");
        for (var round = 0; round < 5; round++)
        {
            current = await RaceAsync("moving", (IfMatch, $"\"{current.Digest}\""));
        }
    }

    /// <summary>Half of the jobs push by tag, the other half by digest with <c>?tag=</c>. The answer is the winner's.</summary>
    private async Task<Content> RaceAsync(string tag, (string Name, string Value) condition)
    {
        var images = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(_ => repository.NewImageAsync()));
        var answers = await Task.WhenAll(images.Select((image, i) =>
            repository.PutAsync(i % 2 == 0 ? tag : $"{image.Digest}?tag={tag}", image, MediaTypes.OciManifest, condition)));
        var winner = Assert.Single(images, image => answers[Array.IndexOf(images, image)].Status == 201);
        Assert.Equal(Jobs - 1, answers.Count(a => a.Status == 412));
        (await repository.GetAsync($"manifests/{tag}")).ExpectBody(winner.Bytes);
        return winner;
    }
}
