using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>Links whose promise is over and that no manifest needs. A blob that loses its last one is condemned with it.</summary>
internal sealed class LinkStep(IndexWriter writer, Deadlines deadlines) : ISweepStep
{
    public string Name => "links";

    public void Count(RunRow run, int removed) => run.Links += removed;

    public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) =>
        writer.WriteBesideAsync(db => pass.Measure(writer, () => Remove(db, pass, size)), cancellationToken);

    private int Remove(IndexContext db, SweepPass pass, int size)
    {
        // A link that a manifest needs has no end; the edge is asked for all the same, and the database asks again. After a former owner has
        // died with promises that nobody wrote down, none is over yet.
        var due = db.Links.Where(l => !db.JournalPosition.Any(p => p.PromisedUntil > pass.Now) && l.KeptUntil != null && l.KeptUntil < pass.Now && !db.BlobEdges.Any(e => e.RepositoryId == l.RepositoryId && e.BlobId == l.BlobId))
            .OrderBy(l => l.KeptUntil).Take(size).Select(l => new { l.RepositoryId, l.BlobId }).ToList().ConvertAll(l => (l.RepositoryId, l.BlobId));
        Receipts.OfLinks(db, due, new Removal("no manifest of the repository needs it", Receipts.Registry, pass.RunId, deadlines.Now));
        LinkPromises.Remove(db, due);
        Condemning.WhereUnlinked(db, due.Select(link => link.BlobId), deadlines.DrainFromNow, pass.RunId);
        return due.Count;
    }
}
