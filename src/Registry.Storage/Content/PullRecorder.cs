using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Registry.Storage.Index;
using Registry.Storage.Journal;

namespace Registry.Storage.Content;

/// <summary>
/// When a tag or a manifest was last pulled, at all and on each day: kept in memory as pulls come, written in batches, so that a pull costs no
/// write. A killed process loses at most the last <see cref="Interval"/>.
/// </summary>
public sealed class PullRecorder(IndexWriter writer, TimeProvider time, IOwnership ownership, ILogger<PullRecorder> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int RowsPerChange = 200;

    private const long MillisecondsPerDay = 24 * 60 * 60 * 1000;

    /// <summary>One at a time: whoever wants the pulls written must not go on while somebody else still writes them.</summary>
    private readonly SemaphoreSlim flushing = new(1);

    private ConcurrentDictionary<(long ManifestId, long? TagId), DateTimeOffset> pulls = new();

    /// <summary>A HEAD, a GET or a 304 of a manifest.</summary>
    public void Record(long manifestId, long? tagId)
    {
        // A standby writes nothing, and would only gather.
        if (!ownership.IsStandby)
        {
            pulls[(manifestId, tagId)] = time.GetUtcNow();
        }
    }

    /// <summary>Writes what was gathered; on failure it is gathered again.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        // Not cancelled: who goes away leaves the pulls where they are, and is told nothing.
        await flushing.WaitAsync(CancellationToken.None);
        try
        {
            await WriteGatheredAsync(cancellationToken);
        }
        finally
        {
            flushing.Release();
        }
    }

    private async Task WriteGatheredAsync(CancellationToken cancellationToken)
    {
        var gathered = Interlocked.Exchange(ref pulls, new());
        foreach (var some in gathered.Chunk(RowsPerChange))
        {
            try
            {
                await writer.WriteBesideAsync(db => Write(db, some), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                GatherAgain(some);
            }
            catch (Exception e)
            {
                log.LogWarning(e, "The times of {Count} pulls could not be written; they are kept in memory for the next try.", some.Length);
                GatherAgain(some);
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FlushAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: StopAsync writes the rest.
        }
    }

    private void GatherAgain(IEnumerable<KeyValuePair<(long ManifestId, long? TagId), DateTimeOffset>> unwritten)
    {
        foreach (var (key, at) in unwritten)
        {
            // A later pull may have come meanwhile.
            pulls.TryAdd(key, at);
        }
    }

    /// <summary>
    /// Three statements however many pulls there are. What has gone meanwhile is passed over; a pull by a tag that was moved meanwhile
    /// was one of the manifest that the tag pointed to then.
    /// </summary>
    private static int Write(IndexContext db, KeyValuePair<(long ManifestId, long? TagId), DateTimeOffset>[] pulls)
    {
        var rows = SqlSet.Of(pulls.Select(pull => (pull.Key.ManifestId, pull.Key.TagId, pull.Value.ToUnixTimeMilliseconds())));
        db.Database.ExecuteSql($"""
            UPDATE manifests SET LastPulledAt = pulled.At
            FROM (SELECT value ->> 0 AS Id, MAX(value ->> 2) AS At FROM json_each({rows}) GROUP BY 1) pulled WHERE manifests.Id = pulled.Id
            """);
        db.Database.ExecuteSql($"""
            UPDATE tags SET LastPulledAt = pulled.At
            FROM (SELECT value ->> 1 AS Id, MAX(value ->> 2) AS At FROM json_each({rows}) GROUP BY 1) pulled WHERE tags.Id = pulled.Id
            """);
        db.Database.ExecuteSql($"""
            INSERT INTO pulls (RepositoryId, Day, Tag, Digest, At)
            SELECT m.RepositoryId, (pull.value ->> 2) / {MillisecondsPerDay}, COALESCE(t.Name, ''), m.Digest, MAX(pull.value ->> 2)
            FROM json_each({rows}) pull CROSS JOIN manifests m ON m.Id = pull.value ->> 0 LEFT JOIN tags t ON t.Id = pull.value ->> 1
            WHERE pull.value ->> 1 IS NULL OR t.Id IS NOT NULL
            GROUP BY 1, 2, 3, 4
            ON CONFLICT (RepositoryId, Day, Tag, Digest) DO UPDATE SET At = MAX(At, excluded.At)
            """);
        return pulls.Length;
    }
}
