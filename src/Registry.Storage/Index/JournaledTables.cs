using Microsoft.EntityFrameworkCore;

namespace Registry.Storage.Index;

/// <summary>The tables whose changes the journal has.</summary>
internal static class JournaledTables
{
    // Totals follow from the others, by triggers, wherever those are changed. The rest is what this disk knows of the journal itself.
    private static readonly Type[] OfThisDisk = [typeof(TotalsRow), typeof(JournalPositionRow), typeof(JournalClaimRow), typeof(PendingChangeRow)];

    public static IEnumerable<string> Of(DbContext db) =>
        db.Model.GetEntityTypes().Where(type => !OfThisDisk.Contains(type.ClrType)).Select(type => type.GetTableName()!);
}
