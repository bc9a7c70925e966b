namespace Registry.Gc.Retention;

/// <summary>
/// Which tags go so that the registry comes back into its budget. Pure. The budget counts the bytes of the blobs that live
/// manifests name. Manifests are rows of the index, so they do not count. Nor does what is on its way out: a tag that goes for
/// the budget leaves blobs that a promise keeps for a while, and the next run must not take other tags for them.
/// </summary>
public static class BudgetPlanner
{
    /// <summary>
    /// If more than the high mark is named once the rules' tags have gone, then the fewest candidates go, the least recently used
    /// first, after which the low mark is reached; all of them if that is not enough. None if the high mark is not passed.
    /// </summary>
    /// <param name="going">Ids of the tags that go whatever the registry holds.</param>
    /// <param name="candidates">In any order, each tag once; one that is among <paramref name="going"/> is none.</param>
    /// <exception cref="ArgumentException">The graph does not have one of the tags.</exception>
    public static BudgetPlan Plan(ManifestGraph graph, IReadOnlyCollection<long> going, IEnumerable<BudgetCandidate> candidates, Budget budget)
    {
        var afterRules = graph.FindNamedBlobBytes(going);
        var plan = new BudgetPlan(budget, [], graph.NamedBlobBytes, afterRules, afterRules);
        if (afterRules <= budget.HighBytes)
        {
            return plan;
        }

        var gone = going.ToHashSet();
        var ordered = candidates.Where(c => !gone.Contains(c.Tag)).OrderBy(c => c.LastUsedAt).ThenBy(c => c.Tag).Select(c => c.Tag).ToList();
        var (count, afterBudget) = FindFewest(ordered.Count, budget.LowBytes, afterRules, n => graph.FindNamedBlobBytes(going.Concat(ordered.Take(n))));
        return plan with { Tags = ordered[..count], AfterBudget = afterBudget };
    }

    /// <summary>
    /// The smallest count with at most so many bytes left, or the largest if none has. One more tag never leaves more, so
    /// halving finds it: each look is a walk over the whole graph.
    /// </summary>
    /// <param name="ofNone">With a count of 0; more than <paramref name="enough"/>.</param>
    private static (int Count, long Bytes) FindFewest(int most, long enough, long ofNone, Func<int, long> bytesLeft)
    {
        if (most == 0)
        {
            return (0, ofNone);
        }

        // Too few are not enough; count is, unless it is all there are.
        var (tooFew, count, bytes) = (0, most, bytesLeft(most));
        while (bytes <= enough && count - tooFew > 1)
        {
            var middle = tooFew + (count - tooFew) / 2;
            if (bytesLeft(middle) is var left && left <= enough)
            {
                (count, bytes) = (middle, left);
            }
            else
            {
                tooFew = middle;
            }
        }

        return (count, bytes);
    }
}
