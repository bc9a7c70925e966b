using Registry.Api.Tests.Serving;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Oci;

public sealed class MountTests(RegistryFixture registry)
{
    private readonly TestRepository source = registry.NewRepository();
    private readonly TestRepository repository = registry.NewRepository();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_blob_is_mounted_from_a_named_or_from_any_repository(bool named)
    {
        var blob = await source.PushRandomAsync();
        (await MountAsync(blob, named ? source.Name : null)).Expect(201)
            .ExpectHeader("Location", $"/v2/{repository.Name}/blobs/{blob.Digest}").ExpectHeader("Docker-Content-Digest", blob.Digest);
        (await source.DeleteAsync($"blobs/{blob.Digest}")).Expect(202);
        (await repository.GetAsync($"blobs/{blob.Digest}")).ExpectBody(blob.Bytes);
    }

    [Fact]
    public async Task What_the_source_does_not_have_becomes_an_upload_session()
    {
        var blob = await registry.NewRepository().PushRandomAsync();
        await source.PushRandomAsync();
        var location = (await MountAsync(blob, source.Name)).Expect(202).ExpectHeader("Docker-Content-Digest", null).Header("Location")!;
        (await repository.GetAsync($"blobs/{blob.Digest}")).ExpectError(404, "BLOB_UNKNOWN");
        (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}", Bytes(blob.Bytes))).Expect(201);
    }

    [Fact]
    public async Task The_session_hashes_with_the_algorithm_of_the_digest()
    {
        var blob = Content.Of512("mounted"u8.ToArray());
        var location = (await MountAsync(blob, null)).Expect(202).Header("Location")!;
        (await repository.SendAsync("PATCH", location, Bytes(blob.Bytes))).Expect(202);
        (await repository.SendAsync("PUT", $"{location}?digest={blob.Digest}")).Expect(201);
    }

    [Fact]
    public async Task A_blob_that_was_deleted_everywhere_cannot_be_mounted()
    {
        var blob = await source.PushRandomAsync();
        (await source.DeleteAsync($"blobs/{blob.Digest}")).Expect(202);
        (await MountAsync(blob, null)).Expect(202);
    }

    [Theory]
    [InlineData("?mount=sha256:zz", "DIGEST_INVALID")]
    [InlineData("?mount=", "DIGEST_INVALID")]
    [InlineData("?mount=sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad&from=UPPER", "NAME_INVALID")]
    [InlineData("?mount=sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad&from=a&from=b", "NAME_INVALID")]
    public async Task What_cannot_be_understood_is_refused(string query, string code) =>
        (await repository.SendAsync("POST", $"blobs/uploads/{query}")).ExpectError(400, code);

    private Task<Answer> MountAsync(Content blob, string? from) =>
        repository.SendAsync("POST", $"blobs/uploads/?mount={blob.Digest}{(from is null ? "" : $"&from={Uri.EscapeDataString(from)}")}");
}
