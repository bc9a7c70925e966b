using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Registry.Api.Tests.Serving;
using Registry.Storage.Buckets;
using Registry.Testing;

namespace Registry.Api.Tests.Crash;

/// <summary>
/// Hosts that die with their disks, again and again, under concurrent pushes and deletes: the bucket is all that is left, and everything that was
/// acknowledged is in it.
/// </summary>
[Collection(nameof(Alone))]
public sealed class LostHostTests(ITestOutputHelper output)
{
    private const int Chains = 2;
    private const int RoundsOfEach = 50;

    private static readonly TimeSpan UploadExpiry = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task What_was_acknowledged_survives_the_loss_of_a_hundred_hosts()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        // Beside each other: most of a round is the wait for the heartbeat of somebody who is dead.
        await Task.WhenAll(Enumerable.Range(0, Chains).Select(chain => RunChainAsync(new Random(seed + chain))));
    }

    private async Task RunChainAsync(Random random)
    {
        var options = await S3Server.NewPrefixAsync();
        var (acknowledged, takeovers) = (new Acknowledged(), new List<TimeSpan>());
        var owner = await StartAsync(options);
        await owner.ReadyAsync();
        for (var round = 0; round < RoundsOfEach; round++)
        {
            // Mostly it waits already. Else it finds a journal whose owner is dead, and no index.
            var standby = random.Next(4) > 0 ? await StartAsync(options) : null;
            using var client = new RegistryClient(owner.Url);
            var load = new CrashLoad(acknowledged).RunAsync(client, random);
            var (before, least) = (acknowledged.Pushed + acknowledged.Removed, random.Next(1, 40));
            await Wait.UntilAsync(() => acknowledged.Pushed + acknowledged.Removed >= before + least, "some acknowledged work");
            await DisturbAsync(client, random);
            await owner.KillAsync();
            await owner.DisposeAsync();
            Assert.False(Directory.Exists(owner.DataDirectory));
            var killed = Stopwatch.GetTimestamp();
            await load;
            owner = standby ?? await StartAsync(options);
            await owner.ReadyAsync();
            takeovers.Add(Stopwatch.GetElapsedTime(killed));
        }

        using (var client = new RegistryClient(owner.Url))
        {
            Assert.Equal([], await acknowledged.FindBrokenAsync(client));
            // What is younger may belong to an upload that goes on.
            var end = Stopwatch.GetTimestamp();
            await Wait.UntilAsync(() => Stopwatch.GetElapsedTime(end) > UploadExpiry, "old enough to be taken for left over");
            await ReconcileAsync(client);
            Assert.Equal([], await FindUnnamedAsync(options, owner.DataDirectory));
        }

        var names = await S3Server.ListAsync(options);
        takeovers.Sort();
        output.WriteLine(
            $"{acknowledged.Pushed} images there, {acknowledged.Removed} deleted; takeover {takeovers[RoundsOfEach / 2].TotalSeconds:0.0} s (median), {takeovers[^1].TotalSeconds:0.0} s (longest); "
            + $"{names.Count(name => name.StartsWith("journal/", StringComparison.Ordinal))} objects of the journal, {names.Count(name => name.StartsWith("snapshots/", StringComparison.Ordinal))} of snapshots");
        await owner.DisposeAsync();
        await S3Server.CleanAsync(options);
    }

    private static Task<RegistryProcess> StartAsync(S3Options options) => RegistryProcess.StartAsync(arguments:
    [
        .. S3Arguments.Of(options), "--Registry:Index:TakeoverAfter=00:00:03", "--Registry:Storage:S3:ListsPerSecond=1000",
        $"--Registry:Collection:UploadExpiry={UploadExpiry}", "--Registry:Collection:Drain=00:00:02", "--Registry:Storage:S3:DownloadUrlLifetime=00:00:01",
    ]);

    /// <summary>Something that is under way when the host dies.</summary>
    private static async Task DisturbAsync(RegistryClient client, Random random)
    {
        var work = random.Next(4) switch
        {
            0 => client.SendAsync("POST", "/api/v1/index/snapshots"),
            1 => client.SendAsync("POST", "/api/v1/runs"),
            _ => null,
        };
        if (work is not null && random.Next(2) == 0)
        {
            await work;
        }
        else
        {
            _ = work?.ContinueWith(ended => ended.Exception, TaskScheduler.Default);
        }
    }

    /// <summary>One run that compares the bucket with the index.</summary>
    private static async Task ReconcileAsync(RegistryClient client)
    {
        var path = $"/api/v1/runs/{(await client.SendAsync("POST", "/api/v1/runs?reconcile=all")).Expect(202).Json.GetProperty("id").GetInt64()}";
        await Wait.UntilAsync(async () => (await client.SendAsync("GET", path)).Expect(200).Json.TryGetProperty("endedAt", out var end) && end.ValueKind == JsonValueKind.String, "the end of the run");
    }

    private static async Task<IReadOnlyList<string>> FindUnnamedAsync(S3Options options, string dataDirectory)
    {
        var named = new HashSet<string>();
        await using var index = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDirectory, "index.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString);
        await index.OpenAsync();
        await using var command = index.CreateCommand();
        command.CommandText = "SELECT StorageKey FROM blobs UNION SELECT StorageKey FROM upload_sessions UNION SELECT StorageKey FROM condemned";
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            named.Add(reader.GetString(0));
        }

        var staged = (await S3Server.ListUploadsAsync(options)).Select(upload => upload.Key[options.Prefix.Length..]);
        var tails = (await S3Server.ListAsync(options)).Where(name => name.StartsWith("tails/", StringComparison.Ordinal)).Select(name => $"blobs/{name["tails/".Length..].Split('.')[0]}");
        var blobs = (await S3Server.ListAsync(options)).Where(name => name.StartsWith("blobs/", StringComparison.Ordinal));
        return [.. blobs.Concat(staged).Concat(tails).Where(key => !named.Contains(key))];
    }
}
