using Registry.Gc.Sweeping;
using Registry.Storage.Index;

namespace Registry.Api.Admin;

/// <summary>A removal, as the API shows it.</summary>
/// <param name="Kind">tag, manifest, link, repository or object.</param>
/// <param name="FreedBytes">Bytes that are free because of it: none but a deleted object's.</param>
/// <param name="Result">Of an object's delete: deleted, or failed; that is tried again.</param>
internal sealed record ReceiptView(long Id, DateTimeOffset At, string Kind, string? Repository, string Name, string? Digest, long FreedBytes, string Reason, string? Rule, long? PlanId, string By, long? RunId, string? Result)
{
    public static ReceiptView Of(ReceiptRow row) => new(row.Id, row.At, row.Kind, row.Repository, row.Name, row.Digest, row.FreedBytes, row.Reason, row.Rule, row.PlanId, row.By, row.RunId, row.Result);
}

/// <summary>What was removed, when and why.</summary>
internal static class ReceiptEndpoints
{
    public static void MapReceipts(this RouteGroupBuilder api) =>
        api.MapGet("/receipts", List).WithSummary("Every removal, newest first; of one run with 'run'.").Produces<IEnumerable<ReceiptView>>();

    private static IResult List(ReceiptLog receipts, long? before, long? run, int? n) =>
        Results.Ok(receipts.List(before, run, AdminEndpoints.PageSizeOf(n)).Select(ReceiptView.Of));
}
