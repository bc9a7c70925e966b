using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>Repositories with nothing in them and nothing to remember. One that has just been made stays: its first push is on its way.</summary>
internal sealed class RepositoryStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, Deadlines deadlines, CollectionOptions options) : ISweepStep
{
    public string Name => "repositories";

    public void Count(RunRow run, int removed) => run.Repositories += removed;

    public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) =>
        Candidates.RunBatchAsync(
            () => FindAsync(pass, size, cancellationToken),
            candidates => writer.WriteBesideAsync(db => pass.Measure(writer, () => Remove(db, candidates, pass)), cancellationToken));

    private async Task<List<long>> FindAsync(SweepPass pass, int size, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = Empty(db, pass).Where(r => r.Id > pass.Id).OrderBy(r => r.Id).Take(size).Select(r => r.Id).ToList();
        pass.Id = found.Count > 0 ? found[^1] : pass.Id;
        return found;
    }

    private int Remove(IndexContext db, List<long> candidates, SweepPass pass)
    {
        var empty = candidates.Chunk(QueryLimits.ValuesPerQuery).SelectMany(some => Empty(db, pass).Where(r => some.Contains(r.Id)).Select(r => r.Id).ToList()).ToList();
        Receipts.OfRepositories(db, empty, new Removal("nothing is in it", Receipts.Registry, pass.RunId, deadlines.Now));
        foreach (var some in empty.Chunk(QueryLimits.ValuesPerQuery))
        {
            db.Repositories.Where(r => some.Contains(r.Id)).ExecuteDelete();
        }

        return empty.Count;
    }

    private IQueryable<RepositoryRow> Empty(IndexContext db, SweepPass pass)
    {
        var before = pass.Now - options.UploadExpiry;
        return db.Repositories.Where(r => r.CreatedAt < before
            && !db.Links.Any(l => l.RepositoryId == r.Id)
            && !db.Manifests.Any(m => m.RepositoryId == r.Id)
            && !db.Tags.Any(t => t.RepositoryId == r.Id)
            && !db.UploadSessions.Any(s => s.RepositoryId == r.Id)
            && !db.TagHistory.Any(h => h.RepositoryId == r.Id));
    }
}
