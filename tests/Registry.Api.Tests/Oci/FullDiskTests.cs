using System.Text.Json;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Oci;

/// <summary>A disk that is full up to its reserve: uploads are refused, everything else works.</summary>
public sealed class FullDiskTests
{
    private static readonly string[] OverSoon =
        ["--Registry:Collection:Promise=00:00:01", "--Registry:Collection:UntaggedAfter=00:00:00", "--Registry:Collection:Drain=00:00:00", "--Registry:Collection:Schedule=0 0 0 1 1 ? 2099"];

    [Fact]
    public async Task Uploads_are_refused_before_their_bytes_and_pulls_tags_and_deletes_work()
    {
        await using var before = await RegistryProcess.StartAsync();
        using var client = new RegistryClient(before.Url);
        var first = new TestRepository(client, "r");
        var image = await first.PushImageAsync();
        var blob = Content.Random();
        var (location, whole) = (await first.BeginAsync(), await first.BeginAsync());
        (await first.SendAsync("PATCH", whole, RegistryClient.Bytes(blob.Bytes))).Expect(202);
        await before.KillAsync();

        await using var full = await RegistryProcess.StartAsync(before.DataDirectory, [$"--Registry:Storage:DiskReserve={long.MaxValue}"]);
        using var later = new RegistryClient(full.Url);
        var repository = new TestRepository(later, "r");
        (await repository.SendAsync("POST", "blobs/uploads/")).ExpectError(507, "DENIED");
        (await repository.SendAsync("POST", $"blobs/uploads/?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes))).ExpectError(507, "DENIED");
        (await repository.SendAsync("PATCH", location, RegistryClient.Bytes(blob.Bytes))).ExpectError(507, "DENIED").ExpectHeader("Retry-After", "5");
        (await repository.SendAsync("PATCH", location, RegistryClient.Chunked(blob.Bytes))).ExpectError(507, "DENIED");
        Assert.Contains("\"Degraded\"", (await later.SendAsync("GET", "/health/ready")).Expect(200).Text, StringComparison.Ordinal);

        // Larger than what the server reads before it asks: its rest is drained.
        (await repository.SendAsync("PATCH", location, RegistryClient.Bytes(Content.Random(3_000_000).Bytes))).ExpectError(507, "DENIED");

        (await repository.GetAsync("manifests/latest")).Expect(200).ExpectBody(image.Bytes);
        (await repository.PutAsync("again", image)).Expect(201);
        (await repository.DeleteAsync("manifests/latest")).Expect(202);
        (await repository.DeleteAsync(location)).Expect(204);
        (await repository.DeleteAsync($"manifests/{image.Digest}")).Expect(202);
        Assert.DoesNotContain("   at ", (await repository.GetAsync($"blobs/{blob.Digest}")).Expect(404).Text, StringComparison.Ordinal);
        (await repository.SendAsync("PUT", $"{whole}?digest={blob.Digest}")).Expect(201);
        (await new TestRepository(later, "other").SendAsync("POST", $"blobs/uploads/?mount={blob.Digest}&from=r")).Expect(201);

        var refusals = full.Output.Split('\n').Where(line => line.Contains("warn: Registry.Api.Oci", StringComparison.Ordinal)).ToList();
        Assert.Equal(5, refusals.Count);
        Assert.All(refusals, line => Assert.Contains("Registry:Storage:DiskReserve", line, StringComparison.Ordinal));
        Assert.DoesNotContain("fail:", full.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Reading is already in progress", full.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_small_disk_that_uploads_have_filled_is_emptied_by_the_collection_and_takes_uploads_again()
    {
        Tool.Require("unshare");
        await using var registry = await RegistryProcess.StartAsync(arguments: [.. OverSoon, "--Registry:Storage:DiskReserve=16000000"], diskSize: 48_000_000);
        using var client = new RegistryClient(registry.Url);
        var repository = new TestRepository(client, "r");
        var image = await repository.PushImageAsync();
        await repository.PushManifestAsync("goes", await repository.NewImageAsync());
        var location = await repository.BeginAsync();
        var pushed = 0;
        while (await TryPushAsync(repository) == 201)
        {
            Assert.InRange(++pushed, 0, 24);
        }

        Assert.NotEqual(0, pushed);
        (await repository.SendAsync("PATCH", location, RegistryClient.Bytes(Content.Random(2_000_000).Bytes))).ExpectError(507, "DENIED");

        (await repository.GetAsync("manifests/latest")).Expect(200).ExpectBody(image.Bytes);
        (await repository.DeleteAsync("manifests/goes")).Expect(202);
        foreach (var path in new[] { "/api/v1/runs", "/api/v1/receipts", "/api/v1/pins" })
        {
            (await client.SendAsync("GET", path)).Expect(200);
        }

        await Wait.UntilAsync(
            async () =>
            {
                var run = (await client.SendAsync("POST", "/api/v1/runs")).Expect(202).Json.GetProperty("id").GetInt64();
                await Wait.UntilAsync(async () => (await RunAsync(client, run)).GetProperty("endedAt").ValueKind != JsonValueKind.Null, "the run to end");
                Assert.Equal("done", (await RunAsync(client, run)).GetProperty("status").GetString());
                return await TryPushAsync(repository) == 201;
            },
            "uploads to be taken again");
        (await repository.GetAsync("manifests/latest")).Expect(200).ExpectBody(image.Bytes);
        (await repository.GetAsync("manifests/goes")).Expect(404);
        Assert.DoesNotContain("fail:", registry.Output, StringComparison.Ordinal);
    }

    private static async Task<int> TryPushAsync(TestRepository repository)
    {
        var blob = Content.Random(2_000_000);
        return (await repository.SendAsync("POST", $"blobs/uploads/?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes))).Status;
    }

    private static async Task<JsonElement> RunAsync(RegistryClient client, long id) => (await client.SendAsync("GET", $"/api/v1/runs/{id}")).Expect(200).Json;
}
