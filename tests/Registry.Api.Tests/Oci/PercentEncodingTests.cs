using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Oci;

public sealed class PercentEncodingTests(RegistryFixture registry)
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task What_a_client_encodes_without_need_means_the_same()
    {
        var image = await repository.PushImageAsync("v1.0_x");
        var name = repository.Name.Replace("tests", "%74%65sts", StringComparison.Ordinal);
        (await repository.GetAsync($"/v2/{name}/manifests/v1%2E0%5fx")).Expect(200).ExpectBody(image.Bytes);
        (await repository.GetAsync($"/v2/{repository.Name}/%6Danifests/sha256%3A{image.Hex}")).Expect(200).ExpectBody(image.Bytes);
        (await repository.GetAsync($"/v2/{repository.Name}/referrers/sha256%3a{image.Hex}")).Expect(200);
    }

    [Fact]
    public async Task A_digest_in_a_query_may_be_encoded()
    {
        var blob = Content.Random();
        (await repository.SendAsync("POST", $"blobs/uploads/?digest=sha256%3A{blob.Hex}", RegistryClient.Bytes(blob.Bytes))).Expect(201)
            .ExpectHeader("Location", $"/v2/{repository.Name}/blobs/{blob.Digest}");
    }

    [Fact]
    public async Task An_encoded_slash_separates_nothing()
    {
        await repository.PushImageAsync("v1");
        (await repository.GetAsync($"/v2/{repository.Name.Replace("/", "%2F", StringComparison.Ordinal)}/manifests/v1")).ExpectError(400, "NAME_INVALID");
    }

    [Fact]
    public async Task Encoded_twice_is_not_the_same() =>
        (await repository.GetAsync($"/v2/{repository.Name.Replace("t", "%2574", StringComparison.Ordinal)}/tags/list")).ExpectError(400, "NAME_INVALID");
}
