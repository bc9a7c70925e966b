using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>What repositories may be sorted by.</summary>
public enum RepositorySort
{
    Name,
    Pushed,
    Pulled,
    Size,
    Tags,
}

/// <summary>A repository with what is known of it.</summary>
/// <param name="Size">Bytes of its manifests and of the blobs that it links, each once; other repositories may link them too.</param>
public sealed record RepositoryLine(
    string Name, DateTimeOffset CreatedAt, long Tags, long Manifests, DateTimeOffset? LastPushedAt, DateTimeOffset? LastPulledAt, long Size);

/// <summary>The repositories that have something, sorted by any of their columns.</summary>
public sealed class RepositoryListing(IDbContextFactory<IndexContext> contexts)
{
    /// <summary>Of all repositories only the key is read; sorting by size or pulls reads every link or manifest for it.</summary>
    public SortedPage<RepositoryLine> List(RepositorySort sort, SortDirection direction, Position? after, int count, Func<RepositoryName, bool> mayRead)
    {
        using var db = contexts.CreateDbContext();
        var sql = $"""
            SELECT r.Id, r.Name, {KeyOf(sort)} AS "Key" FROM repositories r
            WHERE EXISTS (SELECT 1 FROM manifests m WHERE m.RepositoryId = r.Id) OR EXISTS (SELECT 1 FROM links l WHERE l.RepositoryId = r.Id)
            """;
        var readable = db.Database.SqlQueryRaw<SortedEntry>(sql).AsEnumerable().Where(entry => mayRead(RepositoryName.Parse(entry.Name))).ToList();
        var page = SortedEntry.PageOf(readable, direction, after, count);
        return new SortedPage<RepositoryLine>([.. page.Items.Select(entry => Describe(db, entry.Id))], page.Next, page.Total);
    }

    private static RepositoryLine Describe(IndexContext db, long id) =>
        db.Repositories.Where(r => r.Id == id).Select(r => new RepositoryLine(
            r.Name,
            r.CreatedAt,
            db.Tags.Count(t => t.RepositoryId == r.Id),
            db.Manifests.Count(m => m.RepositoryId == r.Id),
            db.Manifests.Where(m => m.RepositoryId == r.Id).Max(m => (DateTimeOffset?)m.PushedAt),
            db.Manifests.Where(m => m.RepositoryId == r.Id).Max(m => m.LastPulledAt),
            db.Links.Where(l => l.RepositoryId == r.Id).Sum(l => l.Blob!.Size) + db.Manifests.Where(m => m.RepositoryId == r.Id).Sum(m => (long)m.Body.Length))).First();

    private static string KeyOf(RepositorySort sort) => sort switch
    {
        RepositorySort.Pushed => "COALESCE((SELECT MAX(m.PushedAt) FROM manifests m WHERE m.RepositoryId = r.Id), 0)",
        RepositorySort.Pulled => "COALESCE((SELECT MAX(m.LastPulledAt) FROM manifests m WHERE m.RepositoryId = r.Id), 0)",
        RepositorySort.Tags => "(SELECT COUNT(*) FROM tags t WHERE t.RepositoryId = r.Id)",
        RepositorySort.Size => """
            COALESCE((SELECT SUM(b.Size) FROM links l JOIN blobs b ON b.Id = l.BlobId WHERE l.RepositoryId = r.Id), 0)
            + COALESCE((SELECT SUM(LENGTH(m.Body)) FROM manifests m WHERE m.RepositoryId = r.Id), 0)
            """,
        _ => "0",
    };
}
