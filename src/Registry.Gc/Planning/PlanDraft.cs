using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>What a policy would remove from the index as it is at one moment; nothing of it is written yet.</summary>
/// <param name="Tags">In the order of repository and name; each without its plan's id.</param>
/// <param name="NamedBytes">Bytes of blobs that live manifests name now; 0 where neither a tag goes nor a budget asks.</param>
internal sealed record PlanDraft(IReadOnlyList<PlannedTagRow> Tags, FreedBytes Freed, long NamedBytes, BudgetPlan? Budget)
{
    private static readonly FreedBytes Nothing = new(0, 0, [], []);

    /// <param name="db">A context of its own: the draft is of one moment, so it is read in one transaction.</param>
    public static PlanDraft Make(IndexContext db, RetentionPolicy policy, DateTimeOffset now)
    {
        using var moment = db.Database.BeginTransaction();
        var (going, candidates) = Decide(db, policy, now);
        var budget = MayBeOver(db, policy.Budget) ? policy.Budget : null;
        if (going.Count == 0 && budget is null)
        {
            return new PlanDraft([], Nothing, 0, null);
        }

        var graph = IndexGraph.Read(db, now);
        var taken = budget is null ? null : BudgetPlanner.Plan(graph, going.ConvertAll(tag => tag.TagId), candidates.Select(c => c.Candidate), budget);
        var chosen = taken?.Tags.ToHashSet() ?? [];
        List<PlannedTagRow> tags = [.. going, .. candidates.Where(c => chosen.Contains(c.Candidate.Tag)).Select(c => c.Row)];
        return new PlanDraft(tags, graph.FindFreed(tags.Select(tag => tag.TagId)), graph.NamedBlobBytes, taken);
    }

    private static (List<PlannedTagRow> Going, List<(BudgetCandidate Candidate, PlannedTagRow Row)> Candidates) Decide(IndexContext db, RetentionPolicy policy, DateTimeOffset now)
    {
        var going = new List<PlannedTagRow>();
        var candidates = new List<(BudgetCandidate, PlannedTagRow)>();
        foreach (var repository in PlannableTags.Read(db, now))
        {
            var byName = repository.Tags.ToDictionary(tag => tag.Facts.Name);
            foreach (var decision in RetentionPlanner.Decide(policy, repository.Name, repository.Tags.Select(tag => tag.Facts), now))
            {
                var tag = byName[decision.Tag.Name];
                if (decision.Outcome == TagOutcome.Goes)
                {
                    going.Add(RowOf(repository, tag, decision));
                }
                else if (decision.Outcome == TagOutcome.GoesOverBudget)
                {
                    candidates.Add((new BudgetCandidate(tag.Id, decision.Tag.LastUsedAt), RowOf(repository, tag, decision)));
                }
            }
        }

        return (going, candidates);
    }

    private static PlannedTagRow RowOf(PlannableRepository repository, PlannableTag tag, TagDecision decision) => new()
    {
        TagId = tag.Id,
        RepositoryId = repository.Id,
        Repository = repository.Name.ToString(),
        Tag = tag.Facts.Name.ToString(),
        ManifestId = tag.ManifestId,
        Digest = tag.Facts.Digest.ToString(),
        PushedAt = tag.Facts.PushedAt,
        LastPulledAt = tag.Facts.LastPulledAt,
        Size = tag.Size,
        Rule = decision.Reasons[0].Rule ?? "",
        Reason = decision.Reasons[0].Text,
    };

    /// <summary>All blobs together are more than the named ones, and are known without a walk over the whole index.</summary>
    private static bool MayBeOver(IndexContext db, Budget? budget) => budget is not null && db.Totals.Single().BlobBytes > budget.HighBytes;
}
