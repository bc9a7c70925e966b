using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>
/// What a policy would have removed in the past, and which recorded pulls would then have found nothing. Pure. It knows what
/// was recorded: pins have no history, so what only they would have kept counts as removed; nobody knows how many bytes there
/// were, so what goes only over budget counts as staying; and of pulls that were not recorded one by one, the last is known.
/// </summary>
public static class BackTest
{
    /// <summary>The removals in one repository, in order of time, then by tag.</summary>
    /// <param name="history">Of all tags of the repository; periods of one tag do not overlap.</param>
    /// <param name="runs">When the policy would have been applied, in any order.</param>
    public static IReadOnlyList<PastRemoval> Run(
        RetentionPolicy policy, RepositoryName repository, IEnumerable<TagPeriod> history, IEnumerable<PastPull> pulls, IEnumerable<DateTimeOffset> runs)
    {
        var periods = history.OrderBy(p => p.Tag.ToString(), StringComparer.Ordinal).ThenBy(p => p.From).ToList();
        var recorded = new RecordedPulls(pulls);
        var removed = new Dictionary<TagPeriod, PastRemoval>(ReferenceEqualityComparer.Instance);
        foreach (var now in runs.Order())
        {
            var there = periods.FindAll(p => p.Contains(now) && !removed.ContainsKey(p)).ToDictionary(p => p.Tag);
            var facts = there.Values.Select(p => new TagFacts(p.Tag, p.Digest, p.From, recorded.FindLast(p, now), IsPinned: false)).ToList();
            if (!RetentionPlanner.FindGoing(policy, repository, facts, now).Any())
            {
                continue;
            }

            foreach (var decision in RetentionPlanner.Decide(policy, repository, facts, now).Where(d => d.Outcome == TagOutcome.Goes))
            {
                var period = there[decision.Tag.Name];
                removed.Add(period, new PastRemoval(period, now, decision.Reasons, []));
            }
        }

        // Only now it is known which other tags of a digest were still there when it was pulled.
        var byDigest = periods.ToLookup(p => p.Digest);
        bool HasName(PastPull pull) => byDigest[pull.Digest].Any(p => p.Contains(pull.At) && !(removed.TryGetValue(p, out var removal) && removal.At < pull.At));
        return [.. removed.Values.OrderBy(r => r.At).ThenBy(r => r.Period.Tag.ToString(), StringComparer.Ordinal).Select(r => r with { Missed = [.. recorded.FindAfter(r).Where(pull => pull.Tag is not null || !HasName(pull))] })];
    }
}
