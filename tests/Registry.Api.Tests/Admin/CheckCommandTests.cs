using System.Text.Json;
using Registry.Api.Tests.Serving;

namespace Registry.Api.Tests.Admin;

public sealed class CheckCommandTests(CollectingRegistry registry) : IClassFixture<CollectingRegistry>
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task A_check_that_reads_finds_wrong_bytes_says_what_they_break_and_a_push_heals_them()
    {
        var (bad, sound) = (await repository.PushRandomAsync(), await repository.PushRandomAsync());
        await repository.PushManifestAsync("v1", Content.Image(bad, sound));
        await Damage(bad);

        var found = await registry.RunCommandAsync("check", "--read", "--wait");
        Assert.Equal(6, found.ExitCode);
        Assert.Contains("wrong bytes", found.Output, StringComparison.Ordinal);
        Assert.Contains($"{repository.Name}:v1", found.Output, StringComparison.Ordinal);
        Assert.Contains($"Push {bad.Digest} again", found.Output, StringComparison.Ordinal);
        (await repository.HeadAsync($"blobs/{bad.Digest}")).Expect(404);
        (await repository.GetAsync($"blobs/{sound.Digest}")).Expect(200).ExpectBody(sound.Bytes);
        Assert.Equal(6, (await registry.RunCommandAsync("check", "findings")).ExitCode);

        await repository.PushAsync(bad);
        (await repository.GetAsync($"blobs/{bad.Digest}")).Expect(200).ExpectBody(bad.Bytes);
        var clean = await registry.RunCommandAsync("check", "--read", "--repair", "--wait", "--json");
        Assert.Equal(0, clean.ExitCode);
        var check = JsonElement.Parse(clean.Output);
        Assert.Equal(("done", 0), (check.GetProperty("check").GetProperty("status").GetString(), check.GetProperty("findings").GetArrayLength()));
        Assert.Contains("Nothing is wrong", (await registry.RunCommandAsync("check", "findings")).Output, StringComparison.Ordinal);
        Assert.Contains("done", (await registry.RunCommandAsync("check", "status", "--count", "1")).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await registry.RunCommandAsync("check")).ExitCode);
    }

    [Fact]
    public async Task The_api_has_the_checks_and_their_findings()
    {
        var started = (await registry.Client.SendAsync("POST", "/api/v1/checks?read=true")).Expect(202);
        var id = started.Json.GetProperty("id").GetInt64();
        Assert.Equal($"/api/v1/checks/{id}", started.Header("Location"));
        (await registry.Client.SendAsync("GET", $"/api/v1/checks/{id}")).Expect(200);
        (await registry.Client.SendAsync("GET", "/api/v1/checks?n=1")).Expect(200);
        (await registry.Client.SendAsync("GET", $"/api/v1/findings?check={id}")).Expect(200);
        (await registry.Client.SendAsync("GET", "/api/v1/findings?check=99999")).Expect(404);
        (await registry.Client.SendAsync("GET", "/api/v1/checks/99999")).Expect(404);
        (await registry.Client.SendAsync("POST", "/api/v1/checks?read=perhaps")).Expect(400);
    }

    [Fact]
    public async Task Without_a_store_to_move_from_a_migration_is_refused_with_the_settings_that_it_needs()
    {
        var refused = await registry.RunCommandAsync("blobs", "migrate", "--to", "s3");
        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("Registry:Storage:MigrateFrom", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await registry.RunCommandAsync("blobs", "migrate", "--to", "tape")).ExitCode);
        Assert.Equal(0, (await registry.RunCommandAsync("blobs", "status")).ExitCode);
        (await registry.Client.SendAsync("GET", "/api/v1/migrations/1")).Expect(404);
    }

    private async Task Damage(Content blob)
    {
        var file = Directory.EnumerateFiles(Path.Combine(registry.Process.DataDirectory, "blobs"), "*", SearchOption.AllDirectories).Single(f => File.ReadAllBytes(f).AsSpan().SequenceEqual(blob.Bytes));
        var bytes = blob.Bytes.ToArray();
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
    }
}
