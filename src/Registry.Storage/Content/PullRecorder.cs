using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>
/// When a tag or a manifest was last pulled: kept in memory as pulls come, written in batches, so that a pull costs no
/// write. A killed process loses at most the last <see cref="Interval"/>.
/// </summary>
public sealed class PullRecorder(IndexWriter writer, TimeProvider time, ILogger<PullRecorder> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int RowsPerChange = 500;

    private ConcurrentDictionary<(long ManifestId, long? TagId), DateTimeOffset> pulls = new();

    /// <summary>A HEAD, a GET or a 304 of a manifest.</summary>
    public void Record(long manifestId, long? tagId) => pulls[(manifestId, tagId)] = time.GetUtcNow();

    /// <summary>Writes what was gathered; on failure it is gathered again.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var gathered = Interlocked.Exchange(ref pulls, new());
        foreach (var some in gathered.Chunk(RowsPerChange))
        {
            try
            {
                await writer.WriteAsync(db => Write(db, some), cancellationToken);
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

    private static int Write(IndexContext db, KeyValuePair<(long ManifestId, long? TagId), DateTimeOffset>[] pulls)
    {
        foreach (var ((manifestId, tagId), at) in pulls)
        {
            db.Manifests.Where(m => m.Id == manifestId).ExecuteUpdate(set => set.SetProperty(m => m.LastPulledAt, at));
            if (tagId is { } tag)
            {
                db.Tags.Where(t => t.Id == tag).ExecuteUpdate(set => set.SetProperty(t => t.LastPulledAt, at));
            }
        }

        return pulls.Length;
    }
}
