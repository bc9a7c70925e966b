using Registry.Storage.Blobs;
using Registry.Storage.Content;

namespace Registry.Api.Admin;

/// <summary>The disk of the blob store.</summary>
/// <param name="ReserveBytes">What uploads leave free of it (<c>Registry:Storage:DiskReserve</c>).</param>
internal sealed record DiskView(long FreeBytes, long ReserveBytes);

/// <summary>The policy's size limit.</summary>
internal sealed record BudgetView(long Bytes, long HighBytes, long LowBytes);

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
        api.MapGet("/storage", FindAsync).WithSummary("What is stored, how it grows, and when it is full.").Produces<StorageView>();

    private static async Task<IResult> FindAsync(StorageFigures figures, IBlobStore store, CancellationToken cancellationToken)
    {
        var (bytes, growth) = (figures.Read(), figures.GrowthPerDay());
        var disk = await store.MeasureAsync(cancellationToken) is { } space ? new DiskView(space.FreeBytes, space.ReserveBytes) : null;
        long[] left = disk is null ? [] : [disk.FreeBytes - disk.ReserveBytes];
        return Results.Ok(new StorageView(
            bytes.Stored, bytes.Named, bytes.Condemned, bytes.Uploads, bytes.Blobs, growth is { } perDay ? (long)Math.Round(perDay) : null, disk, Budget: null,
            StorageGrowth.DaysUntilFull(growth, left) is { } days ? Math.Round(days, 1) : null));
    }
}
