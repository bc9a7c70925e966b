using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Sweeping;

/// <summary>Pins that no longer hold. They are no removal of content, so they have no receipt and are not counted.</summary>
internal sealed class PinStep(IndexWriter writer) : ISweepStep
{
    public string Name => "pins";

    public void Count(RunRow run, int removed)
    {
    }

    public Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken) =>
        writer.WriteBesideAsync(
            db =>
            {
                var expired = db.Pins.Where(p => p.ExpiresAt <= pass.Now).OrderBy(p => p.ExpiresAt).Take(size).ToList();
                db.Pins.RemoveRange(expired);
                db.SaveChanges();
                return expired.Count;
            },
            cancellationToken);
}
