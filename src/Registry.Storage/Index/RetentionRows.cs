namespace Registry.Storage.Index;

/// <summary>A version of the retention policy. The newest one holds; none is ever changed.</summary>
public sealed class PolicyRow
{
    /// <summary>The version.</summary>
    public long Id { get; set; }

    /// <summary>As it was written, to the last space.</summary>
    public required string Text { get; set; }

    public required DateTimeOffset SetAt { get; set; }

    public required string SetBy { get; set; }
}

/// <summary>A plan: what a policy would remove, as it was when the plan was made.</summary>
public sealed class PlanRow
{
    public const long Unfinished = -1;

    /// <summary>A plan that was not applied is forgotten after this long, row by row: an older one must not be applied any more.</summary>
    public static readonly TimeSpan KeptUnapplied = TimeSpan.FromDays(7);

    public long Id { get; set; }

    /// <summary>The policy's version; null for a policy that was only tried out, whose plan cannot be applied.</summary>
    public long? PolicyId { get; set; }

    public required DateTimeOffset MadeAt { get; set; }

    public required string MadeBy { get; set; }

    /// <summary>The run that made it; null where somebody asked for it alone.</summary>
    public long? RunId { get; set; }

    /// <summary>Tags that it lists; <see cref="Unfinished"/> while it is being made, and for ever if the registry was stopped meanwhile.</summary>
    public long Tags { get; set; }

    /// <summary>Manifests that nothing keeps once those tags are gone.</summary>
    public long Manifests { get; set; }

    /// <summary>Blobs that nothing keeps then.</summary>
    public long Blobs { get; set; }

    /// <summary>Bytes of those manifests, which are rows of the index.</summary>
    public long ManifestBytes { get; set; }

    /// <summary>Bytes of those blobs: what is freed in the blob store in the end.</summary>
    public long BlobBytes { get; set; }

    /// <summary>Bytes of blobs that live manifests named when it was made; 0 where the plan had no need to know.</summary>
    public long NamedBytes { get; set; }

    /// <summary>The policy's budget in bytes; null without one.</summary>
    public long? BudgetBytes { get; set; }

    /// <summary>Bytes over the budget's high mark that stay even so, since everything else is kept.</summary>
    public long StillOverBytes { get; set; }

    public DateTimeOffset? AppliedAt { get; set; }

    public string? AppliedBy { get; set; }

    /// <summary>Tags that it removed when it was applied.</summary>
    public long RemovedTags { get; set; }
}

/// <summary>A tag that a plan lists.</summary>
public sealed class PlannedTagRow
{
    public long PlanId { get; set; }

    public long TagId { get; set; }

    public long RepositoryId { get; set; }

    public required string Repository { get; set; }

    public required string Tag { get; set; }

    public long ManifestId { get; set; }

    public required string Digest { get; set; }

    public required DateTimeOffset PushedAt { get; set; }

    public DateTimeOffset? LastPulledAt { get; set; }

    /// <summary>Bytes that a pull of it takes.</summary>
    public required long Size { get; set; }

    public required string Rule { get; set; }

    public required string Reason { get; set; }

    public PlannedOutcome Outcome { get; set; }
}

public enum PlannedOutcome
{
    /// <summary>The plan was not applied, or has not come to it yet.</summary>
    Planned = 0,

    Removed = 1,

    /// <summary>It was moved, pushed, pinned or deleted while the plan was being applied, and left alone.</summary>
    Moved = 2,
}

/// <summary>A manifest that nothing keeps once the plan's tags are gone.</summary>
public sealed class PlannedManifestRow
{
    public long PlanId { get; set; }

    public long ManifestId { get; set; }

    public required string Repository { get; set; }

    public required string Digest { get; set; }

    public required DateTimeOffset PushedAt { get; set; }

    public DateTimeOffset? LastPulledAt { get; set; }

    /// <summary>Bytes that a pull of it takes.</summary>
    public required long Size { get; set; }
}
