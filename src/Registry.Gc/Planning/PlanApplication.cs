using Microsoft.EntityFrameworkCore;
using Registry.Gc.Policies;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>What came of the wish to apply a plan.</summary>
/// <param name="Plan">As it is now; null if there is no such plan.</param>
/// <param name="Refusal">Why nothing was done, for a person; null if it was applied.</param>
/// <param name="Moved">What in the plan has changed since it was made.</param>
public sealed record PlanOutcome(PlanRow? Plan, string? Refusal, IReadOnlyList<Moved> Moved);

/// <summary>Does what a plan lists, exactly that, and nothing if something in it has changed.</summary>
public sealed class PlanApplication(IDbContextFactory<IndexContext> contexts, IndexWriter writer, PolicyStore policies, PullRecorder pulls, Deadlines deadlines)
{
    private const int MostMoved = 100;

    /// <param name="by">Who asked for it, for the tag history and the receipts.</param>
    public async Task<PlanOutcome> ApplyAsync(long planId, string by, CancellationToken cancellationToken)
    {
        var decidedAt = deadlines.Now;
        var checkedPlan = await CheckAsync(planId, cancellationToken);
        if (checkedPlan.Refusal is not null)
        {
            return checkedPlan;
        }

        await BeginAsync(planId, by, cancellationToken);
        var (size, pass) = (new BatchSize(), new SweepPass(checkedPlan.Plan!.RunId ?? 0, deadlines.Now) { DecidedAt = decidedAt });
        while (await RemoveBatchAsync(planId, by, runId: null, pass, size.Value, cancellationToken) is not null)
        {
            size.LearnFrom(pass);
        }

        await writer.FlushAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var plan = db.Plans.First(p => p.Id == planId);
        return new PlanOutcome(
            plan,
            db.PlannedTags.Any(t => t.PlanId == planId && t.Outcome == PlannedOutcome.Planned)
                ? $"Plan {planId} was broken off after {plan.RemovedTags} of its {plan.Tags} tags: another policy was set meanwhile. Make a new plan."
                : null,
            []);
    }

    /// <summary>Whether the plan may be applied as it is. One whose application was broken off may be: the rest of it.</summary>
    internal async Task<PlanOutcome> CheckAsync(long planId, CancellationToken cancellationToken)
    {
        await pulls.FlushAsync(cancellationToken);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var plan = db.Plans.FirstOrDefault(p => p.Id == planId);
        if (plan is null)
        {
            return new PlanOutcome(null, $"There is no plan {planId}.", []);
        }

        if (FindObstacle(db, plan) is { } obstacle)
        {
            return new PlanOutcome(plan, obstacle, []);
        }

        var moved = PlanCheck.FindMoved(db, plan, policies.Current!.Policy, deadlines.Now, MostMoved);
        return new PlanOutcome(plan, moved.Count == 0 ? null : $"Plan {planId} is out of date, and nothing was removed: {moved[0]}{(moved.Count > 1 ? ", and more" : "")}. Make a new plan.", moved);
    }

    /// <summary>Notes who applies the plan, unless it is being applied already.</summary>
    internal Task<int> BeginAsync(long planId, string by, CancellationToken cancellationToken)
    {
        var now = deadlines.Now;
        return writer.WriteAsync(
            db => db.Plans.Where(p => p.Id == planId && p.AppliedAt == null).ExecuteUpdate(set => set.SetProperty(p => p.AppliedAt, now).SetProperty(p => p.AppliedBy, by)),
            cancellationToken);
    }

    /// <summary>
    /// Removes up to so many of the plan's tags and returns how many went; null if none is left to look at, or if another policy has been
    /// set: a tag that has become immutable must not go.
    /// </summary>
    internal Task<int?> RemoveBatchAsync(long planId, string by, long? runId, SweepPass pass, int size, CancellationToken cancellationToken) =>
        writer.WriteBesideAsync<int?>(
            db =>
            {
                int? removed = null;
                pass.Measure(writer, () =>
                {
                    if (!db.Plans.Any(p => p.Id == planId && p.PolicyId == db.Policies.Max(policy => (long?)policy.Id)))
                    {
                        return 0;
                    }

                    var next = db.PlannedTags.Where(t => t.PlanId == planId && t.TagId > pass.Id && t.Outcome == PlannedOutcome.Planned).OrderBy(t => t.TagId).Take(size).Select(t => t.TagId).ToList();
                    if (next.Count > 0)
                    {
                        pass.Id = next[^1];
                        removed = PlannedRemoval.Remove(db, planId, next, pass.DecidedAt, by, runId, deadlines.Now, deadlines.PromiseFromNow);
                    }

                    return next.Count;
                });
                return removed;
            },
            cancellationToken);

    private string? FindObstacle(IndexContext db, PlanRow plan)
    {
        if (plan.PolicyId is null)
        {
            return $"Plan {plan.Id} tries out a policy that was not set. Set the policy, make a plan by it, and apply that.";
        }

        if (policies.Current?.Version != plan.PolicyId)
        {
            return $"Plan {plan.Id} was made by version {plan.PolicyId} of the policy, and version {policies.Current?.Version} holds now. Make a new plan.";
        }

        // Manifests are written after the tags: without all of them, what keeps them now would not be seen.
        var manifests = db.PlannedManifests.Count(m => m.PlanId == plan.Id);
        var listed = db.PlannedTags.Where(t => t.PlanId == plan.Id).GroupBy(t => t.Outcome == PlannedOutcome.Planned).Select(some => new { IsLeft = some.Key, Count = some.Count() }).ToList();
        return listed.Sum(some => some.Count) != plan.Tags || manifests != plan.Manifests ? $"The list of plan {plan.Id} is not there as a whole: a newer plan took its place, or the registry stopped while it was written. Make a new plan."
            : plan.AppliedAt is { } at && !listed.Exists(some => some.IsLeft) ? $"Plan {plan.Id} was applied at {at:u} by {plan.AppliedBy}."
            : null;
    }
}
