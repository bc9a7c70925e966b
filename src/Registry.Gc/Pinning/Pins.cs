using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Pinning;

/// <summary>What hosts have reported to run: roots of the collection, while they hold.</summary>
public sealed class Pins(IDbContextFactory<IndexContext> contexts, IndexWriter writer, CollectionOptions options, TimeProvider time)
{
    /// <summary>A report is the whole truth about its host: what it does not name any more is not pinned any more.</summary>
    /// <returns>When the pins expire.</returns>
    public Task<DateTimeOffset> ReportAsync(string host, IReadOnlyCollection<Digest> digests, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            db =>
            {
                var now = time.GetUtcNow();
                db.Pins.Where(p => p.Host == host).ExecuteDelete();
                db.Pins.AddRange(digests.Distinct().Select(digest => new PinRow { Host = host, Digest = digest.ToString(), ReportedAt = now, ExpiresAt = now + options.PinExpiry }));
                db.SaveChanges();
                return now + options.PinExpiry;
            },
            cancellationToken);

    /// <summary>Forgets a host; false if it has no pins.</summary>
    public Task<bool> RemoveAsync(string host, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => db.Pins.Where(p => p.Host == host).ExecuteDelete() > 0, cancellationToken);

    /// <summary>The pins that hold, by host and digest.</summary>
    /// <param name="after">Only hosts after this one, in ASCII order; null for all.</param>
    public IReadOnlyList<PinRow> List(string? after, int count)
    {
        var now = time.GetUtcNow();
        using var db = contexts.CreateDbContext();
        return db.Pins.Where(p => p.ExpiresAt > now && string.Compare(p.Host, after ?? "") > 0).OrderBy(p => p.Host).ThenBy(p => p.Digest).Take(count).ToList();
    }
}
