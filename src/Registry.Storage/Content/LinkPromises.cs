using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>When a link's promise starts, is renewed and ends. All of it inside a change of the index only.</summary>
internal static class LinkPromises
{
    /// <summary>Makes the link, or renews its promise; a link that a manifest needs has none and keeps none.</summary>
    public static void Keep(IndexContext db, long repositoryId, long blobId, DateTimeOffset now, DateTimeOffset keptUntil)
    {
        var link = db.Links.AsTracking().FirstOrDefault(l => l.RepositoryId == repositoryId && l.BlobId == blobId);
        if (link is null)
        {
            db.Links.Add(new LinkRow { RepositoryId = repositoryId, BlobId = blobId, CreatedAt = now, KeptUntil = keptUntil });
        }
        else if (link.KeptUntil is not null)
        {
            link.KeptUntil = Deadlines.Later(link.KeptUntil, keptUntil);
        }

        db.SaveChanges();
    }

    /// <summary>Renews the promise of a link that was there a moment ago. False: it has gone.</summary>
    public static bool Renew(IndexContext db, long repositoryId, long blobId, DateTimeOffset keptUntil)
    {
        // A link that got an edge meanwhile has no end any more; it must not be given one.
        db.Links.Where(l => l.RepositoryId == repositoryId && l.BlobId == blobId && l.KeptUntil != null && l.KeptUntil < keptUntil)
            .ExecuteUpdate(set => set.SetProperty(l => l.KeptUntil, keptUntil));
        return db.Links.Any(l => l.RepositoryId == repositoryId && l.BlobId == blobId);
    }

    /// <summary>A manifest of the repository needs these links from now on.</summary>
    public static void End(IndexContext db, long repositoryId, IReadOnlyCollection<long> blobIds)
    {
        foreach (var some in blobIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            db.Links.Where(l => l.RepositoryId == repositoryId && some.Contains(l.BlobId) && l.KeptUntil != null)
                .ExecuteUpdate(set => set.SetProperty(l => l.KeptUntil, (DateTimeOffset?)null));
        }
    }

    /// <summary>Starts the promise of those of these links that no manifest of their repository needs any more.</summary>
    public static void StartWhereUnneeded(IndexContext db, IEnumerable<(long RepositoryId, long BlobId)> links, DateTimeOffset keptUntil) =>
        db.Database.ExecuteSql($"""
            UPDATE links SET KeptUntil = {keptUntil.ToUnixTimeMilliseconds()}
            WHERE (RepositoryId, BlobId) IN (SELECT value ->> 0, value ->> 1 FROM json_each({SqlSet.Of(links)}))
            AND NOT EXISTS (SELECT 1 FROM blob_edges e WHERE e.RepositoryId = links.RepositoryId AND e.BlobId = links.BlobId)
            """);

    /// <summary>Removes links whose promise is over; the database refuses where a manifest needs one.</summary>
    public static void Remove(IndexContext db, IEnumerable<(long RepositoryId, long BlobId)> links) =>
        db.Database.ExecuteSql($"DELETE FROM links WHERE (RepositoryId, BlobId) IN (SELECT value ->> 0, value ->> 1 FROM json_each({SqlSet.Of(links)}))");
}
