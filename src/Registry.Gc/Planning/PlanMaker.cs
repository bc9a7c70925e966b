using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>Who asks for a plan, by which policy.</summary>
/// <param name="Version">The policy's version; null for one that is only tried out.</param>
/// <param name="RunId">The run that the plan is for; null if somebody asks for a plan alone.</param>
public sealed record PlanRequest(RetentionPolicy Policy, long? Version, string By, long? RunId)
{
    /// <summary>The time by which it decides; null: the wall clock's. A run that nobody watches must not believe that one.</summary>
    public DateTimeOffset? Now { get; init; }
}

/// <summary>Makes plans and writes them down.</summary>
public sealed class PlanMaker(IDbContextFactory<IndexContext> contexts, IndexWriter writer, PullRecorder pulls, TimeProvider time)
{
    public async Task<PlanRow> MakeAsync(PlanRequest request, CancellationToken cancellationToken)
    {
        // What was pulled a moment ago is not in the index yet, and may be why a tag stays.
        await pulls.FlushAsync(cancellationToken);
        var plan = await BeginAsync(request, cancellationToken);
        var (rows, now) = (new PlanRows(writer, plan.Id), request.Now ?? plan.MadeAt);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        // A plan is of one moment; the writer goes on beside it.
        using var moment = Snapshot.Begin(db);
        var (going, candidates) = await DecideAsync(db, now, request.Policy, rows, cancellationToken);
        var budget = MayBeOver(db, request.Policy.Budget) ? request.Policy.Budget : null;
        if (going.Count > 0 || budget is not null)
        {
            var graph = IndexGraph.Read(db, now);
            var taken = budget is null ? null : BudgetPlanner.Plan(graph, going, candidates.Select(c => c.Candidate), budget);
            var chosen = taken?.Tags.ToHashSet() ?? [];
            foreach (var (_, row) in candidates.Where(c => chosen.Contains(c.Candidate.Tag)))
            {
                await rows.AddTagAsync(row, cancellationToken);
            }

            var freed = graph.FindFreed(going.Concat(chosen));
            await rows.AddManifestsAsync(freed.Manifests, cancellationToken);
            (plan.Manifests, plan.Blobs, plan.ManifestBytes, plan.BlobBytes) = (freed.Manifests.Count, freed.Blobs.Count, freed.ManifestBytes, freed.BlobBytes);
            (plan.NamedBytes, plan.StillOverBytes) = (graph.NamedBlobBytes, taken?.StillOverHigh ?? 0);
            going.AddRange(chosen);
        }

        await rows.FlushTagsAsync(cancellationToken);
        plan.Tags = going.Count;
        return await EndAsync(plan, cancellationToken);
    }

    /// <summary>Writes down the tags that rules remove always, repository by repository.</summary>
    /// <returns>Their ids, and the tags that only a budget may take.</returns>
    private static async Task<(List<long> Going, List<(BudgetCandidate Candidate, PlannedTagRow Row)> Candidates)> DecideAsync(
        IndexContext db, DateTimeOffset now, RetentionPolicy policy, PlanRows rows, CancellationToken cancellationToken)
    {
        var (going, candidates) = (new List<long>(), new List<(BudgetCandidate, PlannedTagRow)>());
        foreach (var (outcome, lastUsedAt, row) in PlannableTags.Read(db, now).SelectMany(repository => PlannedTags.Of(policy, repository, now)))
        {
            if (outcome == TagOutcome.Goes)
            {
                going.Add(row.TagId);
                await rows.AddTagAsync(row, cancellationToken);
            }
            else
            {
                candidates.Add((new BudgetCandidate(row.TagId, lastUsedAt), row));
            }
        }

        return (going, candidates);
    }

    /// <summary>All blobs together are more than the named ones, and are known without a walk over the whole index.</summary>
    private static bool MayBeOver(IndexContext db, Budget? budget) => budget is not null && db.Totals.Single().BlobBytes > budget.HighBytes;

    private Task<PlanRow> BeginAsync(PlanRequest request, CancellationToken cancellationToken) => writer.WriteSoonAsync(
        db =>
        {
            var plan = new PlanRow
            {
                PolicyId = request.Version,
                MadeAt = time.GetUtcNow(),
                MadeBy = request.By,
                RunId = request.RunId,
                Tags = PlanRow.Unfinished,
                BudgetBytes = request.Policy.Budget?.Bytes,
            };
            db.Plans.Add(plan);
            db.SaveChanges();
            return plan;
        },
        cancellationToken);

    private Task<PlanRow> EndAsync(PlanRow plan, CancellationToken cancellationToken) => writer.WriteSoonAsync(
        db =>
        {
            db.Plans.Update(plan);
            db.SaveChanges();
            return plan;
        },
        cancellationToken);
}
