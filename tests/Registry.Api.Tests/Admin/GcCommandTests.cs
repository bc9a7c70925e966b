using System.Text.Json;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Admin;

public sealed class GcCommandTests(CollectingRegistry registry) : IClassFixture<CollectingRegistry>
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task A_run_that_is_waited_for_removes_what_is_due_says_so_and_ends_with_0()
    {
        var blob = await repository.PushRandomAsync();
        var kept = await repository.PushImageAsync();
        await Wait.UntilAsync(
            async () =>
            {
                var ended = await registry.RunCommandAsync("gc", "run", "--wait", "--json");
                Assert.Equal(0, ended.ExitCode);
                var run = JsonElement.Parse(ended.Output)[0];
                Assert.Equal("done", run.GetProperty("status").GetString());
                return run.GetProperty("links").GetInt64() > 0;
            },
            "the blob's promise to be over and its link removed");

        (await repository.HeadAsync($"blobs/{blob.Digest}")).Expect(404);
        (await repository.GetAsync("manifests/latest")).Expect(200).ExpectBody(kept.Bytes);
        await Wait.UntilAsync(() => ReceiptsAsync(blob.Digest, "object"), "the bytes to be deleted");
        Assert.True(await ReceiptsAsync(blob.Digest, "link"));

        var status = await registry.RunCommandAsync("gc", "status", "--count", "1");
        Assert.Equal(0, status.ExitCode);
        Assert.Contains("done", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_compares_everything_finds_lost_bytes_and_a_push_heals_them()
    {
        var (lost, sound) = (await repository.PushRandomAsync(), await repository.PushRandomAsync());
        await repository.PushManifestAsync("latest", Content.Image(lost, sound));
        File.Delete(FileOf(lost));
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(FileOf(sound))!, "notes.txt"), "x", TestContext.Current.CancellationToken);

        var ended = await registry.RunCommandAsync("gc", "run", "--wait", "--reconcile");
        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("1 blobs have lost their bytes", ended.Output, StringComparison.Ordinal);
        Assert.Contains($"The bytes of {lost.Digest} are not there whole", registry.Process.Output, StringComparison.Ordinal);
        Assert.Contains("1 files in blobs/", registry.Process.Output, StringComparison.Ordinal);
        (await repository.HeadAsync($"blobs/{lost.Digest}")).Expect(404);
        (await repository.GetAsync($"blobs/{sound.Digest}")).Expect(200).ExpectBody(sound.Bytes);
        await repository.PushAsync(lost);
        (await repository.GetAsync($"blobs/{lost.Digest}")).Expect(200).ExpectBody(lost.Bytes);

        (await registry.Client.SendAsync("POST", "/api/v1/runs?reconcile=some")).Expect(400);
    }

    [Theory]
    [InlineData("gc", "rn")]
    [InlineData("gc", "run", "--wiat")]
    [InlineData("gc", "status", "--count", "many")]
    public async Task A_wrong_command_line_is_refused_with_the_way_to_write_it(params string[] arguments)
    {
        var refused = await registry.RunCommandAsync(arguments);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("Usage:", refused.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output + refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", 4, "Is it running?")]
    [InlineData("ftp://127.0.0.1", 2, "is not the address of a registry")]
    [InlineData("", 2, "is not the address of a registry")]
    public async Task A_registry_that_is_not_there_is_named(string server, int exitCode, string reason)
    {
        var refused = await Tool.TryRunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), "gc", "run", "--server", server]);
        Assert.Equal(exitCode, refused.ExitCode);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Output + refused.Error, StringComparison.Ordinal);
    }

    /// <summary>Bytes of a length of their own are found by it.</summary>
    private string FileOf(Content blob) =>
        Directory.EnumerateFiles(Path.Combine(registry.Process.DataDirectory, "blobs"), "*", SearchOption.AllDirectories).Single(file => File.ReadAllBytes(file).AsSpan().SequenceEqual(blob.Bytes));

    private async Task<bool> ReceiptsAsync(string digest, string kind)
    {
        var receipts = (await registry.Client.SendAsync("GET", "/api/v1/receipts?n=1000")).Expect(200).Json;
        return receipts.EnumerateArray().Any(r => r.GetProperty("digest").GetString() == digest && r.GetProperty("kind").GetString() == kind);
    }
}
