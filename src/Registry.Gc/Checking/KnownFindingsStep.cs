using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>
/// Blobs that have had a finding before: they are findings of this check too. With repair they are read, and one whose bytes have proved good (a disk
/// that is mounted again) is known again.
/// </summary>
internal sealed class KnownFindingsStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, BlobReading reading, TimeProvider time) : ICheckStep
{
    public string Name => "findings";

    public bool IsPartOf(CheckRow check) => true;

    public async Task<bool> RunAsync(CheckRow check, CancellationToken cancellationToken)
    {
        BlobRow? blob;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            blob = db.Blobs.Where(b => b.Finding != null && b.Id > check.Cursor && !db.Findings.Any(f => f.CheckId == check.Id && f.Kind == b.Finding && f.Repository == "" && f.Name == b.Digest))
                .OrderBy(b => b.Id).FirstOrDefault();
        }

        if (blob is null)
        {
            return false;
        }

        var isGood = check.Repair && await reading.FindAsync(check, blob, cancellationToken) is null;
        await writer.WriteBesideAsync(
            db =>
            {
                if (isGood && BlobFindings.Clear(db, blob))
                {
                    FindingLog.Add(db, FindingLog.OfBlob(check, blob, blob.Finding!, FindingOutcomes.Mended, time.GetUtcNow()));
                }
                else if (db.Blobs.Any(b => b.Id == blob.Id && b.StorageKey == blob.StorageKey && b.Finding != null))
                {
                    FindingLog.Add(db, FindingLog.OfBlob(check, blob, blob.Finding!, FindingOutcomes.Marked, time.GetUtcNow()));
                }

                return 1;
            },
            cancellationToken);
        check.Cursor = blob.Id;
        return true;
    }
}
