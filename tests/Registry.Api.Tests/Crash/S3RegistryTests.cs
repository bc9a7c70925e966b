using Registry.Api.Tests.Configuration;
using Registry.Api.Tests.Serving;
using Registry.Testing;
using static Registry.Api.Tests.Serving.RegistryClient;

namespace Registry.Api.Tests.Crash;

/// <summary>The registry as a process, with its stored objects in a bucket.</summary>
public sealed class S3RegistryTests
{
    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill_and_an_upload_goes_on()
    {
        var options = await S3Server.NewPrefixAsync();
        var folder = Directory.CreateTempSubdirectory("registry-test-");
        var (first, last) = (Content.Random(6_000_000), Content.Random(3_000_000));
        var layer = Content.Of([.. first.Bytes, .. last.Bytes]);
        string location;
        await using (var process = await RegistryProcess.StartAsync(folder.FullName, S3Arguments.Of(options)))
        {
            await process.ReadyAsync();
            using var client = new RegistryClient(process.Url);
            var repository = new TestRepository(client, "a");
            await repository.PushImageAsync();
            location = (await repository.SendAsync("PATCH", await repository.BeginAsync(), Bytes(first.Bytes))).Expect(202).Header("Location")!;
            await process.KillAsync();
        }

        await using (var process = await RegistryProcess.StartAsync(folder.FullName, S3Arguments.Of(options)))
        {
            await process.ReadyAsync();
            using var client = new RegistryClient(process.Url);
            var repository = new TestRepository(client, "a");
            (await repository.GetAsync("manifests/latest")).Expect(200);
            var path = new Uri(process.Url, location).PathAndQuery;
            (await repository.SendAsync("PUT", $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={layer.Digest}", Bytes(last.Bytes))).Expect(201);
            Assert.Equal(layer.Bytes, (await repository.GetAsync($"blobs/{layer.Digest}")).Expect(200).Body);
            Assert.Equal(layer.Bytes[10..20], (await repository.GetAsync($"blobs/{layer.Digest}", ("Range", "bytes=10-19"))).Expect(206).Body);
        }

        Assert.False(Directory.Exists(Path.Combine(folder.FullName, "blobs")));
        folder.Delete(recursive: true);
        await S3Server.CleanAsync(options);
    }

    [Fact]
    public async Task A_bucket_that_cannot_be_used_refuses_the_start()
    {
        using var attempt = new StartAttempt();
        var options = await S3Server.NewPrefixAsync();
        (await attempt.RunAsync(["--urls=http://127.0.0.1:0", .. S3Arguments.Of(options with { Bucket = "not-there" })])).ExpectRefusal("no bucket 'not-there'", "Registry:Storage:S3:Bucket");
        var result = await attempt.RunAsync(["storage", "doctor", .. S3Arguments.Of(options)]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Everything works", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(options.SecretKey, result.Output, StringComparison.Ordinal);
    }
}
