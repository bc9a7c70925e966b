using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Liveness;

/// <summary>
/// Who keeps content alive, asked of the index around it: what a question costs does not grow with what the index holds. A
/// manifest lives if a tag names it, a pin holds its digest, or an index, its subject or a signature tag's subject keeps it and lives
/// itself; a blob if a live manifest of any repository names it, or a link to it is there by a promise. A promise keeps a
/// manifest for a time only, and does not count here.
/// </summary>
public sealed class ContentLiveness(IDbContextFactory<IndexContext> contexts, Deadlines deadlines)
{
    /// <summary>What keeps a manifest; null if there is none with that digest.</summary>
    public ManifestKeepers? FindKeepers(RepositoryName repository, Digest digest)
    {
        using var db = contexts.CreateDbContext();
        var row = Find(db, repository, digest).Select(m => new { m.Id, m.Digest, m.UnreferencedSince, m.KeptUntil }).FirstOrDefault();
        if (row is null)
        {
            return null;
        }

        var (paths, more) = new KeeperSearch(db, deadlines.Now).Find(row.Id, row.Digest);
        return new ManifestKeepers(row.Digest, paths, more, row.UnreferencedSince, row.KeptUntil);
    }

    /// <summary>What is freed in the end if these tags go, and nothing else changes.</summary>
    /// <param name="goingTags">Ids; one that has gone already frees nothing.</param>
    public FreedBytes FindFreed(IReadOnlyCollection<long> goingTags)
    {
        using var db = contexts.CreateDbContext();
        return FindFreed(db, goingTags);
    }

    /// <summary>The same in a context of the caller: of its snapshot, or inside a change of the index.</summary>
    public FreedBytes FindFreed(IndexContext db, IReadOnlyCollection<long> goingTags) => new FreedSearch(db, deadlines.Now, goingTags.ToHashSet(), []).Find();

    /// <summary>What is freed in the end when a manifest goes that nothing keeps any more: itself, and what only it keeps.</summary>
    public FreedBytes FindFreedWith(RepositoryName repository, Digest digest)
    {
        using var db = contexts.CreateDbContext();
        return new FreedSearch(db, deadlines.Now, new HashSet<long>(), Find(db, repository, digest).Select(m => m.Id).ToList()).Find();
    }

    private static IQueryable<ManifestRow> Find(IndexContext db, RepositoryName repository, Digest digest)
    {
        var (name, text) = (repository.ToString(), digest.ToString());
        return db.Manifests.Where(m => m.Digest == text && db.Repositories.Any(r => r.Id == m.RepositoryId && r.Name == name));
    }
}
