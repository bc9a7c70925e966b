using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Registry.Api.Auth;
using Registry.Api.Oci;
using Registry.Api.Tests.Serving;
using Registry.Gc.Planning;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Api.Tests.Oci;

/// <summary>Uploads that would pass the budget, over HTTP: the distribution API in the test's own process, so that it can set one.</summary>
public sealed class UploadBudgetTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-budget-");
    private WebApplication? app;
    private RegistryClient? client;

    private TestRepository Repository => new(client!, "r");

    private UploadBudget Budget => app!.Services.GetRequiredService<UploadBudget>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddContent(folder.FullName, new StorageOptions(), new CollectionOptions());
        builder.Services.AddRetention();
        builder.Services.AddSingleton<IAccess, OpenAccess>();
        builder.Services.AddOci();
        app = builder.Build();
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<IndexContext>>().CreateDbContextAsync())
        {
            IndexDatabase.Migrate(db);
        }

        app.UseMiddleware<OciErrorMiddleware>();
        app.UseMiddleware<OciRoutingMiddleware>();
        app.UseRouting();
        app.MapOci();
        await app.StartAsync();
        client = new RegistryClient(new Uri(app.Urls.Single()));
    }

    [Fact]
    public async Task An_upload_that_would_pass_it_is_refused_at_each_door_and_what_needs_no_bytes_is_not()
    {
        var image = await Repository.PushImageAsync();
        var (blob, known) = (Content.Random(5000), await Repository.PushRandomAsync());
        var session = await Repository.BeginAsync();
        Budget.Bytes = 5000;
        (await Repository.SendAsync("POST", $"blobs/uploads/?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes))).ExpectError(507, "DENIED").ExpectHeader("Retry-After", "5");
        (await Repository.SendAsync("PATCH", session, RegistryClient.Bytes(blob.Bytes))).ExpectError(507, "DENIED");
        (await Repository.SendAsync("PATCH", session, RegistryClient.Chunked(blob.Bytes))).ExpectError(507, "DENIED");
        var refused = (await Repository.SendAsync("PUT", $"{session}?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes))).ExpectError(507, "DENIED");
        Assert.Contains("budget is 5000 bytes; 3000 are stored", refused.Message, StringComparison.Ordinal);
        (await Repository.GetAsync(session)).Expect(204).ExpectHeader("Range", "0-0");
        Budget.Bytes = 3000;
        (await Repository.SendAsync("POST", "blobs/uploads/")).ExpectError(507, "DENIED");
        (await Repository.SendAsync("POST", $"blobs/uploads/?mount={blob.Digest}&from=nowhere")).ExpectError(507, "DENIED");

        (await new TestRepository(client!, "other").SendAsync("POST", $"blobs/uploads/?mount={known.Digest}&from=r")).Expect(201);
        (await Repository.PutAsync("again", image)).Expect(201);
        (await Repository.GetAsync("manifests/latest")).Expect(200);
        (await Repository.DeleteAsync("manifests/again")).Expect(202);
        Budget.Bytes = null;
        (await Repository.SendAsync("PUT", $"{session}?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes))).Expect(201);
    }

    [Fact]
    public async Task A_client_that_asks_first_sends_none_of_its_bytes()
    {
        Budget.Bytes = 10;
        var cancelled = TestContext.Current.CancellationToken;
        using var raw = await RawConnection.OpenAsync(new Uri(app!.Urls.Single()), cancelled);
        await raw.SendAsync(
            $"POST /v2/r/blobs/uploads/?digest={Content.Random().Digest} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nExpect: 100-continue\r\nContent-Length: 5000000000\r\n\r\n", cancelled);
        Assert.StartsWith("HTTP/1.1 507 ", await raw.ReadStatusLineAsync(cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thirty_two_pushes_at_once_do_not_pass_it_together()
    {
        Budget.Bytes = 1_050_000;
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(async _ =>
        {
            var blob = Content.Random(100_000);
            return await Repository.SendAsync("POST", $"blobs/uploads/?digest={blob.Digest}", RegistryClient.Bytes(blob.Bytes));
        }));
        Assert.All(answers, answer => Assert.True(answer.Status is 201 or 507, $"{answer.Status}"));
        Assert.InRange(answers.Count(answer => answer.Status == 201), 1, 10);
        Assert.InRange(new DirectoryInfo(Path.Combine(folder.FullName, "blobs")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 100_000, 1_050_000);
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
