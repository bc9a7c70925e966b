using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Checking;

/// <summary>The blob store against the index, in both directions and part by part: blobs without their whole bytes, objects that nothing names.</summary>
internal sealed class ObjectsStep(StoreComparison comparison, BlobObjects objects, IndexWriter writer, Deadlines deadlines, CollectionOptions options) : ICheckStep
{
    public string Name => "objects";

    public bool IsPartOf(CheckRow check) => true;

    public async Task<bool> RunAsync(CheckRow check, CancellationToken cancellationToken)
    {
        if (check.Cursor >= StoragePart.All.Count)
        {
            return false;
        }

        var differences = await comparison.FindDifferencesAsync(StoragePart.All[(int)check.Cursor], deadlines.Now - options.UploadExpiry, cancellationToken);
        if (differences.IsAbsent)
        {
            await writer.WriteBesideAsync(db => { FindingLog.Add(db, Absent(check, differences)); return 1; }, cancellationToken);
        }
        else
        {
            foreach (var blob in differences.Missing)
            {
                if (await objects.FindByLengthAsync(blob, cancellationToken) is { } kind)
                {
                    await writer.WriteBesideAsync(db => FindingLog.Mark(db, check, blob, kind, deadlines.Now), cancellationToken);
                }
            }
        }

        if (check.Repair)
        {
            await comparison.DropLeftOverAsync(differences, cancellationToken);
        }

        foreach (var some in differences.Unnamed.Chunk(StoreComparison.ObjectsPerChange))
        {
            var there = await comparison.FindThereAsync(some, cancellationToken);
            await writer.WriteBesideAsync(db => SettleUnnamed(db, check, there), cancellationToken);
        }

        (check.Cursor, check.Objects) = (check.Cursor + 1, check.Objects + differences.Objects);
        return true;
    }

    private int SettleUnnamed(IndexContext db, CheckRow check, List<StoredObject> there)
    {
        var unnamed = check.Repair ? Condemning.WhereUnnamed(db, there, deadlines.DrainFromNow, runId: null) : Condemning.FindUnnamed(db, there);
        foreach (var stored in unnamed)
        {
            FindingLog.Add(db, new FindingRow
            {
                CheckId = check.Id,
                Kind = FindingKinds.Unnamed,
                Repository = "",
                Name = stored.Key.ToString(),
                Detail = "nothing in the index names this stored object",
                Size = stored.Size,
                At = deadlines.Now,
                Outcome = check.Repair ? FindingOutcomes.Condemned : FindingOutcomes.Reported,
            });
        }

        return unnamed.Count;
    }

    private FindingRow Absent(CheckRow check, PartDifferences differences) => new()
    {
        CheckId = check.Id,
        Kind = FindingKinds.Absent,
        Repository = "",
        Name = differences.Part.KeyPrefix,
        Detail = $"none of the {differences.Missing.Count} objects that blobs name here is there",
        Size = differences.Missing.Sum(b => b.Size),
        At = deadlines.Now,
        Outcome = FindingOutcomes.Reported,
    };
}
