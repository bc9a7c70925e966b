using Microsoft.Extensions.Logging;
using Registry.Gc.Policies;
using Registry.Gc.Retention;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>
/// The first step of a run: makes a plan by the policy that holds, keeps it, and applies it unless the policy is in shadow mode.
/// </summary>
internal sealed class RetentionStep(PolicyStore policies, PlanMaker maker, PlanApplication application, PlanRecords records, ILogger<RetentionStep> log) : ISweepStep
{
    private const long NoPlan = 0;

    public string Name => "retention";

    public void Count(RunRow run, int removed) => run.Tags += removed;

    public async Task<int> RunBatchAsync(SweepPass pass, int size, CancellationToken cancellationToken)
    {
        pass.PlanId ??= await MakeAsync(pass, cancellationToken);
        while (pass.PlanId is { } planId && planId != NoPlan && await application.RemoveBatchAsync(planId, Receipts.Registry, pass.RunId, pass, size, cancellationToken) is { } removed)
        {
            if (removed > 0)
            {
                return removed;
            }
        }

        return 0;
    }

    /// <summary>Makes the plan that is to be applied now; none if there is nothing to remove by it.</summary>
    private async Task<long> MakeAsync(SweepPass pass, CancellationToken cancellationToken)
    {
        if (policies.Current is not { } policy)
        {
            return NoPlan;
        }

        var plan = await maker.MakeAsync(new PlanRequest(policy.Policy, policy.Version, Receipts.Registry, pass.RunId) { Now = pass.Now }, cancellationToken);
        pass.DecidedAt = plan.MadeAt;
        await records.ForgetOlderListsAsync(plan.Id, cancellationToken);
        Log(plan, policy);
        if (plan.Tags == 0 || policy.Policy.Mode == PolicyMode.Shadow)
        {
            return NoPlan;
        }

        // What moves from here on is found out batch by batch, and left for the next run: no need to decide everything twice.
        await application.BeginAsync(plan.Id, Receipts.Registry, cancellationToken);
        return plan.Id;
    }

    private void Log(PlanRow plan, PolicyVersion policy)
    {
        log.LogInformation(
            "Plan {Plan} by version {Version} of the policy{Shadow}: {Tags} tags to remove, {Manifests} manifests and {Bytes} bytes of blobs are freed by it.",
            plan.Id, policy.Version, policy.Policy.Mode == PolicyMode.Shadow ? " (shadow mode, nothing is removed)" : "", plan.Tags, plan.Manifests, plan.BlobBytes);
        if (plan.StillOverBytes > 0)
        {
            log.LogWarning(
                "The registry is over its budget of {Budget} bytes and stays {Bytes} bytes over its high mark: what is left is kept by rules, pins or promises. Let the policy keep less, or give it a larger budget.",
                plan.BudgetBytes, plan.StillOverBytes);
        }
    }
}
