using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Pinning;

/// <summary>A host, how many digests it has pinned, and until when.</summary>
public sealed record PinnedHost(string Host, int Pinned, DateTimeOffset ReportedAt, DateTimeOffset ExpiresAt);

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

    /// <summary>The hosts with pins that hold, in ASCII order.</summary>
    /// <param name="after">Only hosts after this one; null for all.</param>
    public IReadOnlyList<PinnedHost> Hosts(string? after, int count)
    {
        var now = time.GetUtcNow();
        using var db = contexts.CreateDbContext();
        return db.Pins.Where(p => p.ExpiresAt > now && string.Compare(p.Host, after ?? "") > 0)
            .GroupBy(p => p.Host).OrderBy(host => host.Key).Take(count)
            .Select(host => new PinnedHost(host.Key, host.Count(), host.Max(p => p.ReportedAt), host.Max(p => p.ExpiresAt))).ToList();
    }

    /// <summary>What a host has pinned; empty if nothing, or nothing that holds.</summary>
    public IReadOnlyList<string> DigestsOf(string host)
    {
        var now = time.GetUtcNow();
        using var db = contexts.CreateDbContext();
        return db.Pins.Where(p => p.Host == host && p.ExpiresAt > now).OrderBy(p => p.Digest).Select(p => p.Digest).ToList();
    }
}
