using Microsoft.EntityFrameworkCore;
using Registry.Gc.Policies;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>How the registry stands to its budget. All figures are bytes.</summary>
/// <param name="StoredBytes">Of all stored objects, also of those that are on their way out: uploads are refused by it.</param>
/// <param name="StillOverBytes">Over the high mark, with everything gone that may go: what the newest plan says.</param>
/// <param name="Problem">What is wrong and what to do; null if nothing is.</param>
public sealed record BudgetFigures(long Bytes, long HighBytes, long LowBytes, long StoredBytes, long StillOverBytes, string? Problem);

/// <summary>Whether the registry stays in its budget, for the health check, the API and metrics.</summary>
public sealed class BudgetState(PolicyStore policies, Plans plans, UploadBudget uploads, IDbContextFactory<IndexContext> contexts)
{
    /// <summary>Null where the policy has no budget.</summary>
    public BudgetFigures? Read()
    {
        if (policies.Current is not { Policy.Budget: { } budget } policy)
        {
            return null;
        }

        TotalsRow totals;
        using (var db = contexts.CreateDbContext())
        {
            totals = db.Totals.Single();
        }

        var newest = plans.FindNewest();
        var over = newest?.PolicyId == policy.Version ? newest.StillOverBytes : 0;
        return new BudgetFigures(budget.Bytes, budget.HighBytes, budget.LowBytes, totals.StoredBytes, over, FindProblem(budget.Bytes, totals, over));
    }

    private string? FindProblem(long budget, TotalsRow totals, long over) =>
        over > 0 ? $"The registry stays {over} bytes over the high mark of its budget of {budget} bytes: rules, pins or promises keep what is left. Let the policy keep less, or set a larger budget."
        : totals.StoredBytes >= budget || uploads.HasRefusedLately
            ? $"Uploads are refused: {totals.StoredBytes} of {budget} bytes are taken, {totals.CondemnedBytes} of them by what waits to be deleted and {totals.UploadBytes} by unfinished uploads, which end after Registry:Collection:UploadExpiry. 'registry retention plan' shows what the policy removes."
        : null;
}
