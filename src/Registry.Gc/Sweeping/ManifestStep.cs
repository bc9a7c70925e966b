using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>
/// Manifests that no tag, parent or pin names, whose promise and the time after it are over, and whose subject, if they have
/// one, is not there. What only they needed gets the promise in the same transaction, and so has its own time.
/// </summary>
internal sealed class ManifestStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, Deadlines deadlines, CollectionOptions options) : ISweepStep
{
    public string Name => "manifests";

    public void Count(RunRow run, int removed) => run.Manifests += removed;

    /// <summary>Begins anew after a pass that removed something: it may have been the subject of others.</summary>
    public async Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Those that a subject or a pin keeps may be many, and are passed over.
            var removed = await Candidates.RunBatchAsync(
                () => FindAsync(pass, size, cancellationToken),
                candidates => writer.WriteBesideAsync(db => pass.Measure(writer, () => Remove(db, candidates, pass)), cancellationToken));
            if (removed > 0 || !pass.HasRemoved)
            {
                pass.HasRemoved |= removed > 0;
                return removed;
            }

            (pass.Id, pass.KeptUntil, pass.HasRemoved) = (0, DateTimeOffset.UnixEpoch, false);
        }
    }

    private async Task<List<long>> FindAsync(SweepPass pass, int size, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = Due(db, pass).Where(m => m.KeptUntil >= pass.KeptUntil && (m.KeptUntil > pass.KeptUntil || m.Id > pass.Id))
            .OrderBy(m => m.KeptUntil).ThenBy(m => m.Id).Take(size).Select(m => new { m.Id, m.KeptUntil }).ToList();
        if (found.Count > 0)
        {
            (pass.Id, pass.KeptUntil) = (found[^1].Id, found[^1].KeptUntil!.Value);
        }

        return found.ConvertAll(m => m.Id);
    }

    private int Remove(IndexContext db, List<long> candidates, SweepPass pass)
    {
        var due = candidates.Chunk(QueryLimits.ValuesPerQuery).SelectMany(some => Due(db, pass).Where(m => some.Contains(m.Id)).Select(m => m.Id).ToList()).ToList();
        Receipts.OfManifests(db, due, new Removal("no tag, index or pin names it", Receipts.Registry, pass.RunId, deadlines.Now));
        Dropping.Manifests(db, due, deadlines.Now, deadlines.PromiseFromNow);
        return due.Count;
    }

    private IQueryable<ManifestRow> Due(IndexContext db, SweepPass pass)
    {
        var before = pass.Now - options.UntaggedAfter;
        return db.Manifests.Where(m => !db.JournalPosition.Any(p => p.PromisedUntil > pass.Now) && m.KeptUntil != null && m.KeptUntil < before
            && !db.Tags.Any(t => t.ManifestId == m.Id)
            && !db.ChildEdges.Any(e => e.ChildId == m.Id)
            && !db.Pins.Any(p => p.Digest == m.Digest && p.ExpiresAt > pass.Now)
            && (m.Subject == null || !db.Manifests.Any(s => s.RepositoryId == m.RepositoryId && s.Digest == m.Subject)));
    }
}
