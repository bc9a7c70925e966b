using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Bytes of stored objects. Stored is the sum of the other three.</summary>
/// <param name="Named">By blobs.</param>
/// <param name="Condemned">Of objects that wait to be deleted.</param>
/// <param name="Uploads">Received by uploads that have not ended.</param>
/// <param name="Blobs">How many there are.</param>
public sealed record StoredBytes(long Stored, long Named, long Condemned, long Uploads, long Blobs);

/// <summary>How much is stored, now and over time.</summary>
public sealed class StorageFigures(IDbContextFactory<IndexContext> contexts, IndexWriter writer, TimeProvider time)
{
    /// <summary>Samples are taken no more often, however often the registry is started.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    public StoredBytes Read()
    {
        using var db = contexts.CreateDbContext();
        return Read(db);
    }

    /// <summary>By how much the stored bytes have grown in a day, over the last week; null while nothing can be said.</summary>
    public double? GrowthPerDay()
    {
        using var db = contexts.CreateDbContext();
        var from = time.GetUtcNow() - StorageGrowth.Window;
        return StorageGrowth.PerDay(db.StorageSamples.Where(s => s.At >= from).OrderBy(s => s.At).ToList());
    }

    /// <summary>Remembers how much is stored now, and forgets what is older than a year.</summary>
    public Task SampleAsync(CancellationToken cancellationToken) =>
        writer.WriteBesideAsync(
            db =>
            {
                var now = time.GetUtcNow();
                var (recent, old) = (now - Shortest, now - Kept);
                db.StorageSamples.Where(s => s.At < old).ExecuteDelete();
                if (!db.StorageSamples.Any(s => s.At > recent && s.At <= now))
                {
                    var bytes = Read(db);
                    db.StorageSamples.Add(new StorageSampleRow { At = now, StoredBytes = bytes.Stored, NamedBytes = bytes.Named });
                }

                return db.SaveChanges();
            },
            cancellationToken);

    private static StoredBytes Read(IndexContext db)
    {
        var totals = db.Totals.Single();
        return new StoredBytes(totals.StoredBytes, totals.BlobBytes, totals.CondemnedBytes, totals.UploadBytes, totals.Blobs);
    }
}
