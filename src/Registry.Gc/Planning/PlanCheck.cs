using Microsoft.EntityFrameworkCore;
using Registry.Gc.Liveness;
using Registry.Gc.Retention;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>Something that a plan lists and that is not any more as the plan has it.</summary>
/// <param name="What">"team/app:v1", or "team/app@sha256:…".</param>
/// <param name="How">Goes on from it: "was moved to sha256:…".</param>
public sealed record Moved(string What, string How)
{
    public override string ToString() => $"{What} {How}";
}

/// <summary>Whether a plan may still be applied: every tag is where it was and would still go, and nothing else keeps what was to be freed.</summary>
internal static class PlanCheck
{
    /// <summary>What has moved, a bounded number of lines; empty if the plan still holds.</summary>
    public static IReadOnlyList<Moved> FindMoved(IndexContext db, PlanRow plan, RetentionPolicy policy, DateTimeOffset now, int most)
    {
        using var moment = Snapshot.Begin(db);
        var planned = db.PlannedTags.Where(t => t.PlanId == plan.Id && t.Outcome == PlannedOutcome.Planned)
            .Select(t => new PlannedTag(t.TagId, t.RepositoryId, t.Tag, t.ManifestId, t.PushedAt)).ToList();
        return [.. FindTags(db, planned, policy, now).Concat(FindManifests(db, plan.Id, new LiveManifests(db, now, planned.Select(tag => tag.TagId).ToHashSet()))).Take(most)];
    }

    private static IEnumerable<Moved> FindTags(IndexContext db, List<PlannedTag> planned, RetentionPolicy policy, DateTimeOffset now)
    {
        var ofRepository = planned.ToLookup(tag => tag.RepositoryId);
        var seen = new HashSet<long>();
        foreach (var repository in PlannableTags.Read(db, now, [.. ofRepository.Select(tags => tags.Key)]))
        {
            var there = repository.Tags.ToDictionary(tag => tag.Id);
            var decisions = RetentionPlanner.Decide(policy, repository.Name, repository.Tags.Select(tag => tag.Facts), now).ToDictionary(decision => decision.Tag.Name.ToString());
            seen.Add(repository.Id);
            foreach (var tag in ofRepository[repository.Id])
            {
                if (FindHow(tag, there.GetValueOrDefault(tag.TagId), decisions.GetValueOrDefault(tag.Tag)) is { } how)
                {
                    yield return new Moved($"{repository.Name}:{tag.Tag}", how);
                }
            }
        }

        foreach (var tag in planned.Where(tag => !seen.Contains(tag.RepositoryId)))
        {
            var name = db.Repositories.Where(r => r.Id == tag.RepositoryId).Select(r => r.Name).FirstOrDefault();
            yield return new Moved($"{name ?? "a repository that has gone"}:{tag.Tag}", Deleted);
        }
    }

    private const string Deleted = "was deleted";

    private static string? FindHow(PlannedTag planned, PlannableTag? now, TagDecision? decision) =>
        now is null || decision is null ? decision is null ? Deleted : "was deleted and pushed again"
        : now.ManifestId != planned.ManifestId ? $"was moved to {now.Facts.Digest}"
        : now.Facts.PushedAt != planned.PushedAt ? "was pushed again"
        : decision.Outcome == TagOutcome.Stays ? $"would stay now: {decision.Reasons[0].Text}"
        : null;

    /// <summary>
    /// Manifests that were to go with the tags, and that something else keeps now. Signatures have tags that keep nothing, and an index
    /// that only waits for its end keeps nothing either, nor does one below it.
    /// </summary>
    /// <param name="liveThen">What lives once the plan's tags are gone.</param>
    private static IEnumerable<Moved> FindManifests(IndexContext db, long planId, LiveManifests liveThen)
    {
        var manifests = db.PlannedManifests.Where(m => m.PlanId == planId);
        var tagged = (from m in manifests
                      join t in db.Tags on m.ManifestId equals t.ManifestId
                      where !db.PlannedTags.Any(p => p.PlanId == planId && p.TagId == t.Id)
                      select new { m.Repository, m.Digest, t.Name }).AsEnumerable()
            .Where(found => SignatureTag.SubjectOf(found.Name) is null)
            .Select(found => new Moved($"{found.Repository}@{found.Digest}", $"is also named by the tag {found.Name} now"));
        var inIndexes = (from m in manifests
                         join e in db.ChildEdges on m.ManifestId equals e.ChildId
                         where !db.PlannedManifests.Any(p => p.PlanId == planId && p.ManifestId == e.ParentId)
                         join parent in db.Manifests on e.ParentId equals parent.Id
                         select new { m.Repository, m.Digest, e.ParentId, Parent = parent.Digest }).ToList()
            .Where(found => liveThen.Has(found.ParentId))
            .Select(found => new Moved($"{found.Repository}@{found.Digest}", $"is also part of the index {found.Parent} now"));
        return tagged.Concat(inIndexes);
    }

    /// <summary>Of a row what is compared: a plan may have 100,000 of them.</summary>
    private sealed record PlannedTag(long TagId, long RepositoryId, string Tag, long ManifestId, DateTimeOffset PushedAt);
}
