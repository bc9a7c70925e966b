using Registry.Gc.Planning;
using Registry.Storage.Blobs;
using Registry.Storage.Content;

namespace Registry.Api.Admin;

/// <summary>The disk of the blob store.</summary>
/// <param name="ReserveBytes">What uploads leave free of it (<c>Registry:Storage:DiskReserve</c>).</param>
internal sealed record DiskView(long FreeBytes, long ReserveBytes);

/// <summary>The policy's size limit.</summary>
/// <param name="StillOverBytes">Over the high mark, with everything gone that may go.</param>
/// <param name="Problem">What is wrong and what to do; null if nothing is.</param>
internal sealed record BudgetView(long Bytes, long HighBytes, long LowBytes, long StillOverBytes, string? Problem);

/// <summary>What is stored. The index itself, with the manifests in it, is not in these figures.</summary>
/// <param name="StoredBytes">Of all stored objects: the sum of the next three.</param>
/// <param name="NamedBytes">Of blobs.</param>
/// <param name="CondemnedBytes">Of objects that wait to be deleted.</param>
/// <param name="UploadBytes">Of uploads that have not ended.</param>
/// <param name="GrowthPerDay">Bytes, by the straight line that fits the samples of the last 7 days best; null while there is less than a day of them.</param>
/// <param name="Disk">Null where the blob store has no end that is known.</param>
/// <param name="Budget">Null without one.</param>
/// <param name="DaysUntilFull">At that pace until the disk's reserve or the budget is reached, whichever comes first; null if it does not grow.</param>
internal sealed record StorageView(
    long StoredBytes, long NamedBytes, long CondemnedBytes, long UploadBytes, long Blobs, long? GrowthPerDay, DiskView? Disk, BudgetView? Budget, double? DaysUntilFull);

/// <summary>How much is stored, and how long that will go well.</summary>
internal static class StorageEndpoints
{
    public static void MapStorage(this RouteGroupBuilder api) =>
        api.MapGet("/storage", Find).WithSummary("What is stored, how it grows, and when it is full.").Produces<StorageView>();

    private static IResult Find(StorageFigures figures, IBlobStore store, BudgetState budgets)
    {
        var (bytes, growth) = (figures.Read(), figures.GrowthPerDay());
        var disk = store.FindFreeSpace() is { } space ? new DiskView(space.FreeBytes, space.ReserveBytes) : null;
        var budget = budgets.Read() is { } b ? new BudgetView(b.Bytes, b.HighBytes, b.LowBytes, b.StillOverBytes, b.Problem) : null;
        return Results.Ok(new StorageView(
            bytes.Stored, bytes.Named, bytes.Condemned, bytes.Uploads, bytes.Blobs, growth is { } perDay ? (long)Math.Round(perDay) : null, disk, budget,
            StorageGrowth.DaysUntilFull(growth, [.. RoomOf(disk, budget, bytes.Stored)]) is { } days ? Math.Round(days, 1) : null));
    }

    private static IEnumerable<long> RoomOf(DiskView? disk, BudgetView? budget, long stored)
    {
        if (disk is not null)
        {
            yield return disk.FreeBytes - disk.ReserveBytes;
        }

        if (budget is not null)
        {
            yield return budget.Bytes - stored;
        }
    }
}
