using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>The two ways in which a link's promise begins. Both inside a change of the index only.</summary>
internal static class Links
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

    /// <summary>Starts the promise of those links that no manifest of the repository needs any more.</summary>
    public static void StartPromiseWhereUnneeded(IndexContext db, long repositoryId, IReadOnlyCollection<long> blobIds, DateTimeOffset keptUntil)
    {
        foreach (var some in blobIds.Chunk(QueryLimits.ValuesPerQuery))
        {
            db.Links
                .Where(l => l.RepositoryId == repositoryId && some.Contains(l.BlobId) && !db.BlobEdges.Any(e => e.RepositoryId == repositoryId && e.BlobId == l.BlobId))
                .ExecuteUpdate(set => set.SetProperty(l => l.KeptUntil, keptUntil));
        }
    }
}
