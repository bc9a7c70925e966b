using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Oci;

/// <summary>A disk that is full up to its reserve: uploads are refused, everything else works.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Uploads_are_refused_before_their_bytes_and_pulls_tags_and_deletes_work()
    {
        await using var before = await RegistryProcess.StartAsync();
        using var client = new RegistryClient(before.Url);
        var image = await new TestRepository(client, "r").PushImageAsync();
        await before.KillAsync();

        await using var full = await RegistryProcess.StartAsync(before.DataDirectory, [$"--Registry:Storage:DiskReserve={long.MaxValue}"]);
        using var later = new RegistryClient(full.Url);
        var repository = new TestRepository(later, "r");
        var blob = Content.Random();
        (await repository.SendAsync("POST", $"blobs/uploads/?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes))).ExpectError(507, "DENIED");
        var location = await repository.BeginAsync();
        (await repository.SendAsync("PATCH", location, RegistryClient.Bytes(blob.Bytes))).ExpectError(507, "DENIED").ExpectHeader("Retry-After", "5");
        Assert.Contains("\"Degraded\"", (await later.SendAsync("GET", "/health/ready")).Expect(200).Text, StringComparison.Ordinal);

        // Larger than what the server reads before it asks: its rest is drained.
        (await repository.SendAsync("PATCH", location, RegistryClient.Bytes(Content.Random(3_000_000).Bytes))).ExpectError(507, "DENIED");

        (await repository.GetAsync("manifests/latest")).Expect(200).ExpectBody(image.Bytes);
        (await repository.PutAsync("again", image)).Expect(201);
        (await repository.DeleteAsync("manifests/latest")).Expect(202);
        (await repository.DeleteAsync(location)).Expect(204);
        (await repository.DeleteAsync($"manifests/{image.Digest}")).Expect(202);
        Assert.DoesNotContain("   at ", (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(404).Text, StringComparison.Ordinal);

        var refusals = full.Output.Split('\n').Where(line => line.Contains("warn: Registry.Api.Oci", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, refusals.Count);
        Assert.All(refusals, line => Assert.Contains("Registry:Storage:DiskReserve", line, StringComparison.Ordinal));
        Assert.DoesNotContain("fail:", full.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Reading is already in progress", full.Output, StringComparison.Ordinal);
    }
}
