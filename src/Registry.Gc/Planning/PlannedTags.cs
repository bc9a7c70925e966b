using Registry.Gc.Retention;
using Registry.Storage.Index;

namespace Registry.Gc.Planning;

/// <summary>What a policy says of the tags of one repository that it does not keep, as rows of a plan that has no id yet.</summary>
internal static class PlannedTags
{
    /// <summary>By name; those that stay are left out.</summary>
    public static IEnumerable<(TagOutcome Outcome, DateTimeOffset LastUsedAt, PlannedTagRow Row)> Of(RetentionPolicy policy, PlannableRepository repository, DateTimeOffset now)
    {
        var byName = repository.Tags.ToDictionary(tag => tag.Facts.Name);
        return RetentionPlanner.Decide(policy, repository.Name, repository.Tags.Select(tag => tag.Facts), now)
            .Where(decision => decision.Outcome != TagOutcome.Stays)
            .Select(decision => (decision.Outcome, decision.Tag.LastUsedAt, RowOf(repository, byName[decision.Tag.Name], decision)));
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
}
