using Registry.Api.Tests.Serving;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Oci;

/// <summary>What every answer has, and what a refusal must not have.</summary>
public sealed class AnswerHeaderTests(RegistryFixture registry, OwnRegistry own) : IClassFixture<OwnRegistry>
{
    private readonly TestRepository repository = registry.NewRepository();

    [Theory]
    [InlineData("GET", "", 200)]
    [InlineData("GET", "_catalog", 200)]
    [InlineData("GET", "nothing/at/all", 404)]
    [InlineData("GET", "UPPER/tags/list", 400)]
    [InlineData("BREW", "a/tags/list", 405)]
    [InlineData("GET", "a/manifests/none", 404)]
    [InlineData("POST", "a/blobs/uploads/", 202)]
    public async Task Every_answer_says_which_API_it_is_and_that_no_browser_may_run_it(string method, string path, int status) =>
        ExpectCommon((await repository.SendAsync(method, $"/v2/{path}")).Expect(status));

    [Fact]
    public async Task What_was_pushed_as_HTML_is_served_as_it_was_pushed_but_sandboxed()
    {
        var page = await repository.PushManifestAsync("page", Content.Of("{\"<script>\":1}"), "text/html");
        ExpectCommon((await repository.GetAsync("manifests/page")).Expect(200).ExpectHeader("Content-Type", "text/html").ExpectBody(page.Bytes));
        ExpectCommon((await repository.GetAsync($"blobs/{(await repository.PushRandomAsync()).Digest}")).Expect(200));
    }

    [Fact]
    public async Task A_refusal_after_an_exception_has_them_too()
    {
        using var raw = await RawConnection.OpenAsync(registry.Process.Url, TestContext.Current.CancellationToken);
        await raw.SendAsync($"PATCH {await repository.BeginAsync()} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", TestContext.Current.CancellationToken);
        var answer = await raw.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.All(["Docker-Distribution-Api-Version: registry/2.0", "X-Content-Type-Options: nosniff", "Content-Security-Policy: "], header => Assert.Contains(header, answer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_blob_whose_bytes_have_gone_is_refused_without_its_headers()
    {
        var lonely = own.NewRepository();
        var blob = await lonely.PushRandomAsync();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(own.Process.DataDirectory, "blobs"), "*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        var answer = (await lonely.GetAsync($"blobs/{blob.Digest}")).ExpectError(404, "BLOB_UNKNOWN");
        answer.ExpectHeader("ETag", null).ExpectHeader("Docker-Content-Digest", null);
    }

    [Fact]
    public async Task What_the_client_sent_is_repeated_only_in_part_and_readable()
    {
        var answer = (await repository.GetAsync($"/v2/{new string('a', 60_000)}/tags/list")).ExpectError(400, "NAME_INVALID");
        Assert.Equal(new string('a', 256) + "…", answer.Json.GetProperty("errors")[0].GetProperty("detail").GetProperty("name").GetString());
        Assert.True(answer.Body.Length < 1000);
        var unreadable = (await repository.GetAsync("/v2/a/tags/list?n=%3C'%3E")).ExpectError(400, "UNSUPPORTED");
        Assert.DoesNotContain("\\u00", unreadable.Text, StringComparison.Ordinal);
        Assert.Contains("<'>", unreadable.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_with_nothing_to_add_has_no_detail()
    {
        var answer = (await repository.GetAsync("/v2/a/b")).ExpectError(404, "UNSUPPORTED");
        Assert.False(answer.Json.GetProperty("errors")[0].TryGetProperty("detail", out _));
    }

    [Fact]
    public async Task An_upload_that_is_not_there_is_named_as_in_its_address()
    {
        var location = await repository.BeginAsync();
        (await repository.DeleteAsync(location)).Expect(204);
        var id = location[(location.LastIndexOf('/') + 1)..];
        foreach (var method in new[] { "GET", "PATCH", "DELETE" })
        {
            Assert.Contains(id, (await repository.SendAsync(method, location)).ExpectError(404, "BLOB_UPLOAD_UNKNOWN").Message, StringComparison.Ordinal);
        }

        var other = await repository.BeginAsync();
        var early = (await repository.SendAsync("PATCH", other, Bytes([1]), ("Content-Range", "5-5"))).ExpectError(416, "BLOB_UPLOAD_INVALID");
        Assert.Contains($"\"{other[(other.LastIndexOf('/') + 1)..]}\"", early.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_answers_what_GET_does_without_a_body()
    {
        var image = await repository.PushImageAsync();
        foreach (var path in new[] { "/v2/", "/v2/_catalog?n=1", "tags/list", $"referrers/{image.Digest}", "manifests/latest", await repository.BeginAsync() })
        {
            var (get, head) = (await repository.GetAsync(path), await repository.HeadAsync(path));
            head.Expect(get.Status).ExpectBody([]);
            Assert.All(get.Headers.Keys.Where(name => name is not "Date" and not "Content-Length"), name => head.ExpectHeader(name, get.Header(name)));
        }
    }

    private static void ExpectCommon(Answer answer) => answer
        .ExpectHeader("Docker-Distribution-Api-Version", "registry/2.0")
        .ExpectHeader("X-Content-Type-Options", "nosniff")
        .ExpectHeader("Content-Security-Policy", "sandbox; default-src 'none'");
}
