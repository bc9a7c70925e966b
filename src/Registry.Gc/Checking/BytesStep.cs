using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>Reads every blob and compares its digest, in the order in which they came.</summary>
internal sealed class BytesStep(IDbContextFactory<IndexContext> contexts, IndexWriter writer, BlobReading reading, TimeProvider time) : ICheckStep
{
    public string Name => "bytes";

    public bool IsPartOf(CheckRow check) => check.Read;

    public async Task<bool> RunAsync(CheckRow check, CancellationToken cancellationToken)
    {
        BlobRow? blob;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            blob = db.Blobs.Where(b => b.Id > check.Cursor && b.Finding == null).OrderBy(b => b.Id).FirstOrDefault();
            if (check.BytesToRead == 0)
            {
                check.BytesToRead = db.Totals.Single().BlobBytes;
            }
        }

        if (blob is null)
        {
            return false;
        }

        var finding = await reading.FindAsync(check, blob, cancellationToken);
        if (finding == FindingKinds.Unreadable)
        {
            // One that was deleted while it was read cannot be read either.
            await writer.WriteBesideAsync(
                db =>
                {
                    if (db.Blobs.Any(b => b.Id == blob.Id && b.StorageKey == blob.StorageKey))
                    {
                        FindingLog.Add(db, FindingLog.OfBlob(check, blob, finding, FindingOutcomes.Reported, time.GetUtcNow()));
                    }

                    return 1;
                },
                cancellationToken);
        }
        else if (finding is not null)
        {
            await writer.WriteBesideAsync(db => FindingLog.Mark(db, check, blob, finding, time.GetUtcNow()), cancellationToken);
        }

        (check.Cursor, check.Blobs) = (blob.Id, check.Blobs + 1);
        return true;
    }
}
