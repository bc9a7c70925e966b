using System.Text.Json;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Admin;

public sealed class StorageTests(OwnRegistry registry) : IClassFixture<OwnRegistry>
{
    private readonly TestRepository repository = registry.NewRepository();

    [Fact]
    public async Task What_is_stored_is_said_by_kind_with_the_space_that_is_left()
    {
        var before = (await registry.Client.SendAsync("GET", "/api/v1/storage")).Expect(200).Json;
        await repository.PushAsync(Content.Random(5000));
        (await repository.SendAsync("PATCH", await repository.BeginAsync(), RegistryClient.Bytes(new byte[700]))).Expect(202);
        var after = (await registry.Client.SendAsync("GET", "/api/v1/storage")).Expect(200).Json;
        Assert.Equal((5700, 5000, 700), (Grown("storedBytes"), Grown("namedBytes"), Grown("uploadBytes")));
        Assert.Equal((0, 1), (Grown("condemnedBytes"), Grown("blobs")));
        Assert.True(after.GetProperty("disk").GetProperty("freeBytes").GetInt64() > 0);
        Assert.All(["growthPerDay", "daysUntilFull", "budget"], name => Assert.Equal(JsonValueKind.Null, after.GetProperty(name).ValueKind));

        long Grown(string name) => after.GetProperty(name).GetInt64() - before.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task The_command_prints_it_for_people_and_for_scripts()
    {
        var (table, json) = (await RunAsync("storage"), await RunAsync("storage", "--json"));
        Assert.Contains("waiting to be deleted", table, StringComparison.Ordinal);
        Assert.Contains("not known before a day has passed", table, StringComparison.Ordinal);
        Assert.True(JsonElement.Parse(json).GetProperty("disk").GetProperty("reserveBytes").GetInt64() > 0);
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var ended = await Tool.TryRunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), .. arguments, "--server", registry.Process.Url.ToString()]);
        Assert.True(ended.ExitCode == 0, ended.Error);
        return ended.Output;
    }
}
