using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Oci;

/// <summary>Pulls of blobs that are in a bucket: past the registry, or through it.</summary>
public sealed class DownloadRedirectTests
{
    private static readonly (string, string) Docker = ("User-Agent", "docker/28.5.1 go/go1.24.8 kernel/6.12 os/linux arch/amd64 UpstreamClient(Docker-Client/28.5.1 \\(linux\\))");
    private static readonly (string, string) Curl = ("User-Agent", "curl/8.15.0");

    [Fact]
    public async Task A_client_that_follows_is_sent_to_the_bucket_and_the_others_get_the_bytes_here()
    {
        var options = await S3Server.NewPrefixAsync();
        await using var process = await RegistryProcess.StartAsync(arguments: S3Arguments.Of(options));
        await process.ReadyAsync();
        using var client = new RegistryClient(process.Url);
        var repository = new TestRepository(client, "a");
        var blob = await repository.PushRandomAsync();

        var redirect = (await repository.GetAsync($"blobs/{blob.Digest}", Docker)).Expect(307).ExpectHeader("Docker-Content-Digest", blob.Digest).ExpectHeader("Cache-Control", "no-store");
        var url = redirect.Header("Location")!;
        Assert.StartsWith(options.Endpoint, url, StringComparison.Ordinal);
        // The SDK counts from the server's clock, as far as it has seen it.
        var lifetime = int.Parse(QueryHelpers.ParseQuery(new Uri(url).Query)["X-Amz-Expires"].ToString(), CultureInfo.InvariantCulture);
        Assert.InRange(lifetime, 890, 910);
        var followed = (await client.SendAsync("GET", url)).Expect(200).ExpectHeader("Content-Type", "application/octet-stream");
        Assert.Equal(blob.Bytes, followed.Body);
        Assert.Equal(blob.Bytes[3..10], (await client.SendAsync("GET", url, null, ("Range", "bytes=3-9"))).Expect(206).Body);

        (await repository.HeadAsync($"blobs/{blob.Digest}", Docker)).Expect(200).ExpectHeader("Content-Length", $"{blob.Bytes.Length}");
        Assert.Equal(blob.Bytes, (await repository.GetAsync($"blobs/{blob.Digest}", Curl)).Expect(200).Body);
        Assert.Equal(blob.Bytes[3..10], (await repository.GetAsync($"blobs/{blob.Digest}", Curl, ("Range", "bytes=3-9"))).Expect(206).Body);
        Assert.DoesNotContain("X-Amz-Signature", process.Output, StringComparison.Ordinal);
        await S3Server.CleanAsync(options);
    }

    [Theory]
    [InlineData("--Registry:Storage:S3:Redirect=Nobody", 200, 200)]
    [InlineData("--Registry:Storage:S3:StreamNetworks=10.0.0.0/8, 127.0.0.0/8", 200, 200)]
    [InlineData("--Registry:Storage:S3:StreamRepositories=other, a", 200, 307)]
    public async Task A_network_or_a_repository_can_be_served_from_here(string setting, int ofA, int ofB)
    {
        var options = await S3Server.NewPrefixAsync();
        await using var process = await RegistryProcess.StartAsync(arguments: [.. S3Arguments.Of(options), setting]);
        await process.ReadyAsync();
        using var client = new RegistryClient(process.Url);
        foreach (var (name, status) in ((string, int)[])[("a", ofA), ("b", ofB)])
        {
            var repository = new TestRepository(client, name);
            var blob = await repository.PushRandomAsync();
            (await repository.GetAsync($"blobs/{blob.Digest}", Docker)).Expect(status);
        }

        await S3Server.CleanAsync(options);
    }
}
