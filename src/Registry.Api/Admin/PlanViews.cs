using Registry.Gc.Planning;
using Registry.Storage.Index;

namespace Registry.Api.Admin;

/// <summary>A plan, as the API shows it.</summary>
/// <param name="Status">open, applied, empty, tried out (by a policy that was not set), or unfinished: still being made, or never whole since the registry was stopped.</param>
/// <param name="Tags">That it removes.</param>
/// <param name="Manifests">That nothing keeps then.</param>
/// <param name="Blobs">That nothing keeps then.</param>
/// <param name="FreedBytes">Bytes of those blobs: what the blob store gives back in the end, exactly.</param>
/// <param name="ManifestBytes">Bytes of those manifests, in the index.</param>
internal sealed record PlanView(
    long Id,
    string Status,
    long? PolicyVersion,
    DateTimeOffset MadeAt,
    string MadeBy,
    long? RunId,
    long Tags,
    long Manifests,
    long Blobs,
    long FreedBytes,
    long ManifestBytes,
    PlanBudgetView? Budget,
    DateTimeOffset? AppliedAt,
    string? AppliedBy,
    long RemovedTags)
{
    public static PlanView Of(PlanRow plan) => new(
        plan.Id, StatusOf(plan), plan.PolicyId, plan.MadeAt, plan.MadeBy, plan.RunId,
        Math.Max(plan.Tags, 0), plan.Manifests, plan.Blobs, plan.BlobBytes, plan.ManifestBytes,
        plan.BudgetBytes is { } budget ? new PlanBudgetView(budget, plan.NamedBytes, plan.StillOverBytes) : null,
        plan.AppliedAt, plan.AppliedBy, plan.RemovedTags);

    private static string StatusOf(PlanRow plan) => plan.AppliedAt is not null ? "applied" : plan.PolicyId is null ? "tried out" : plan.Tags == PlanRow.Unfinished ? "unfinished" : plan.Tags == 0 ? "empty" : "open";
}

/// <param name="NamedBytes">Bytes of blobs that live manifests named when it was made; 0 where all blobs together are below the high mark.</param>
/// <param name="StillOverBytes">Bytes over the high mark that stay even so, since all that is left is kept.</param>
internal sealed record PlanBudgetView(long Bytes, long NamedBytes, long StillOverBytes);

/// <summary>A tag that a plan removes. Size: bytes that a pull of it takes.</summary>
internal sealed record PlannedTagView(long Id, string Repository, string Tag, string Digest, DateTimeOffset PushedAt, DateTimeOffset? LastPulledAt, long Size, string Rule, string Reason, string Outcome)
{
    public static PlannedTagView Of(PlannedTagRow row) => new(
        row.TagId, row.Repository, row.Tag, row.Digest, row.PushedAt, row.LastPulledAt, row.Size, row.Rule, row.Reason,
        row.Outcome switch { PlannedOutcome.Removed => "removed", PlannedOutcome.Moved => "moved", _ => "planned" });
}

/// <summary>A manifest that nothing keeps once the plan's tags are gone. Size: bytes that a pull of it takes.</summary>
internal sealed record PlannedManifestView(long Id, string Repository, string Digest, DateTimeOffset PushedAt, DateTimeOffset? LastPulledAt, long Size)
{
    public static PlannedManifestView Of(PlannedManifestRow row) => new(row.ManifestId, row.Repository, row.Digest, row.PushedAt, row.LastPulledAt, row.Size);
}
