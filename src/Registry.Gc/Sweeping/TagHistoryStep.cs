using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>
/// Where tags pointed to, once that ended longer than Registry:Collection:KeepRecords ago and the manifest is gone, so that nobody
/// can go back to it. Not counted, as all records.
/// </summary>
internal sealed class TagHistoryStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, CollectionOptions options) : ISweepStep
{
    public string Name => "tag history";

    public void Count(RunRow run, int removed)
    {
    }

    public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) =>
        Candidates.RunBatchAsync(
            () => FindAsync(pass, size, cancellationToken),
            // A push may have brought the manifest back meanwhile.
            candidates => writer.WriteBesideAsync(
                db => pass.Measure(writer, () => candidates.Chunk(QueryLimits.ValuesPerQuery).Sum(some => Over(db, pass).Where(h => some.Contains(h.Id)).ExecuteDelete())), cancellationToken));

    private async Task<List<long>> FindAsync(SweepPass pass, int size, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = Over(db, pass).Where(h => h.To >= pass.KeptUntil && (h.To > pass.KeptUntil || h.Id > pass.Id))
            .OrderBy(h => h.To).ThenBy(h => h.Id).Take(size).Select(h => new { h.Id, h.To }).ToList();
        if (found.Count > 0)
        {
            (pass.Id, pass.KeptUntil) = (found[^1].Id, found[^1].To!.Value);
        }

        return found.ConvertAll(h => h.Id);
    }

    private IQueryable<TagHistoryRow> Over(IndexContext db, SweepPass pass)
    {
        var before = pass.Now - options.KeepRecords;
        return db.TagHistory.Where(h => h.To != null && h.To < before && !db.Manifests.Any(m => m.RepositoryId == h.RepositoryId && m.Digest == h.Digest));
    }
}
