using Registry.Api.Tests.Serving;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Oci;

public sealed class UploadTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    public static TheoryData<int[], bool, bool> Cuts
    {
        get
        {
            var cuts = new TheoryData<int[], bool, bool>();
            foreach (var ranges in new[] { true, false })
            {
                foreach (var streamed in new[] { true, false })
                {
                    cuts.Add([100_000], ranges, streamed);
                    cuts.Add([1, 99_998, 100_000], ranges, streamed);
                    cuts.Add([40_000, 70_000, 99_999], ranges, streamed);
                }
            }

            return cuts;
        }
    }

    /// <param name="cuts">Where a PATCH ends; what is behind the last one comes with the PUT.</param>
    /// <param name="ranges">With <c>Content-Range</c>.</param>
    /// <param name="streamed">With <c>Transfer-Encoding: chunked</c>.</param>
    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Chunks_become_the_blob(int[] cuts, bool ranges, bool streamed)
    {
        var blob = Content.Random(100_000);
        var location = await repository.BeginAsync();
        var at = 0;
        foreach (var end in cuts)
        {
            var answer = (await SendAsync("PATCH", location, at, end)).Expect(202).ExpectHeader("Range", $"0-{end - 1}");
            location = answer.Header("Location")!;
            (await repository.GetAsync(location)).Expect(204).ExpectHeader("Range", $"0-{end - 1}");
            at = end;
        }

        (await SendAsync("PUT", $"{location}?digest={blob.Digest}", at, blob.Bytes.Length)).Expect(201)
            .ExpectHeader("Location", $"/v2/{repository.Name}/blobs/{blob.Digest}").ExpectHeader("Docker-Content-Digest", blob.Digest);
        (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(200).ExpectBody(blob.Bytes);
        (await repository.GetAsync(location)).ExpectError(404, "BLOB_UPLOAD_UNKNOWN");

        Task<Answer> SendAsync(string method, string address, int from, int to) => repository.SendAsync(
            method, address, streamed ? Chunked(blob.Bytes[from..to]) : Bytes(blob.Bytes[from..to]), ranges && to > from ? [("Content-Range", $"{from}-{to - 1}")] : []);
    }

    [Theory]
    [InlineData("PATCH", "0-2")]
    [InlineData("PATCH", "4-6")]
    [InlineData("PUT", "0-2")]
    [InlineData("PUT", "4-6")]
    [InlineData("PUT", "9223372036854775000-9223372036854775002")]
    public async Task A_chunk_out_of_order_is_refused_with_what_is_there(string method, string contentRange)
    {
        var blob = Content.Of("abcdef");
        var location = await repository.BeginAsync();
        (await repository.SendAsync("PATCH", location, Bytes("abc"u8.ToArray()))).Expect(202);
        var address = method == "PUT" ? $"{location}?digest={blob.Digest}" : location;
        (await repository.SendAsync(method, address, Bytes("def"u8.ToArray()), ("Content-Range", contentRange)))
            .ExpectError(416, "BLOB_UPLOAD_INVALID").ExpectHeader("Range", "0-2").ExpectHeader("Location", location);
        (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", Bytes("def"u8.ToArray()), ("Content-Range", "3-5"))).Expect(201);
    }

    [Fact]
    public async Task A_chunk_of_another_length_than_announced_is_dropped()
    {
        var blob = Content.Of("abcdef");
        var location = await repository.BeginAsync();
        (await repository.SendAsync("PATCH", location, Chunked("abc"u8.ToArray()), ("Content-Range", "0-9"))).ExpectError(400, "BLOB_UPLOAD_INVALID");
        (await repository.GetAsync(location)).Expect(204).ExpectHeader("Range", "0-0");
        (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", Bytes(blob.Bytes))).Expect(201);
    }

    [Fact]
    public async Task Digest_algorithm_says_what_is_hashed_while_it_comes()
    {
        var blob = Content.Of512("abcdef"u8.ToArray());
        var location = await repository.BeginAsync("?digest-algorithm=sha512");
        (await repository.SendAsync("PATCH", location, Bytes(blob.Bytes))).Expect(202);
        (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}")).Expect(201);
        (await repository.GetAsync($"blobs/{blob.Digest}")).ExpectBody(blob.Bytes);
    }

    [Theory]
    [InlineData("md5")]
    [InlineData("SHA256")]
    [InlineData("sha256,sha512")]
    public async Task An_unknown_digest_algorithm_is_refused_with_those_that_there_are(string algorithm)
    {
        var refused = (await repository.SendAsync("POST", $"blobs/uploads/?digest-algorithm={algorithm}")).ExpectError(400, "DIGEST_INVALID");
        Assert.Contains("sha256, sha512", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_digest_ends_the_session_and_nothing_is_kept()
    {
        var (sent, named) = (Content.Random(), Content.Random());
        var location = await repository.BeginAsync();
        var refused = (await repository.SendAsync("PUT", $"{location}?digest={named.Digest}", Bytes(sent.Bytes))).ExpectError(400, "DIGEST_INVALID");
        Assert.Contains(sent.Digest, refused.Message, StringComparison.Ordinal);
        (await repository.GetAsync(location)).ExpectError(404, "BLOB_UPLOAD_UNKNOWN");
        (await repository.GetAsync($"blobs/{sent.Digest}")).ExpectError(404, "BLOB_UNKNOWN");
        (await repository.GetAsync($"blobs/{named.Digest}")).ExpectError(404, "BLOB_UNKNOWN");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?digest=")]
    [InlineData("?digest=sha256:zz")]
    [InlineData("?digest=a&digest=b")]
    public async Task Without_a_digest_the_session_stays_open(string query)
    {
        var location = await repository.BeginAsync();
        (await repository.SendAsync("PUT", location + query, Bytes("abc"u8.ToArray()))).ExpectError(400, "DIGEST_INVALID");
        (await repository.GetAsync(location)).Expect(204);
    }

    [Fact]
    public async Task A_session_belongs_to_its_repository()
    {
        var location = await repository.BeginAsync();
        (await registry.NewRepository().GetAsync($"blobs/uploads/{location[(location.LastIndexOf('/') + 1)..]}")).ExpectError(404, "BLOB_UPLOAD_UNKNOWN");
    }

    [Fact]
    public async Task The_empty_blob_can_be_pushed_in_every_way()
    {
        var empty = Content.Of("");
        await repository.PushAsync(empty);
        (await repository.SendAsync("PUT", $"{await repository.BeginAsync()}?digest={empty.Digest}")).Expect(201);
        (await repository.GetAsync($"blobs/{empty.Digest}")).Expect(200).ExpectBody([]).ExpectHeader("Content-Length", "0");
    }
}
