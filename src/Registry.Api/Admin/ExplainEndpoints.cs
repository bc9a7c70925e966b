using Registry.Gc.Liveness;
using Registry.Gc.Planning;
using Registry.Gc.Retention;
using Registry.Storage.Model;

namespace Registry.Api.Admin;

/// <summary>What the policy says of a tag. Outcome: stays, goes, or goesOverBudget.</summary>
internal sealed record TagVerdict(string Tag, string Outcome, IReadOnlyList<string> Reasons)
{
    public static TagVerdict Of(TagDecision decision) => new(
        decision.Tag.Name.ToString(),
        decision.Outcome switch { TagOutcome.Stays => "stays", TagOutcome.Goes => "goes", _ => "goesOverBudget" },
        [.. decision.Reasons.Select(reason => reason.Text)]);
}

/// <summary>One step of a path from a manifest to what keeps it. Kind: tag, pin, index, subject or signatureTag.</summary>
internal sealed record KeeperView(string Kind, string? Name, string Digest)
{
    public static KeeperView Of(KeptBy step) => new(step.Kind == KeeperKind.SignatureTag ? "signatureTag" : step.Kind.ToString().ToLowerInvariant(), step.Name, step.Digest);
}

/// <summary>Why something is kept, as the API shows it.</summary>
/// <param name="KeptBy">Paths from the manifest to the roots that keep it; empty: nothing does.</param>
/// <param name="KeptByMore">Further roots.</param>
/// <param name="PromisedUntil">The end of its promise; null while a tag or an index names it.</param>
/// <param name="GoesAt">When the collection may remove it at the earliest; null while something keeps it.</param>
/// <param name="FreedBytes">Bytes of blobs that are freed in the end if the tag (with a digest: all its tags) goes; of a manifest that nothing keeps, when it goes.</param>
/// <param name="Words">The same in sentences.</param>
internal sealed record ExplanationView(
    string Repository,
    string Digest,
    TagVerdict? Tag,
    IReadOnlyList<TagVerdict> Tags,
    IReadOnlyList<IReadOnlyList<KeeperView>> KeptBy,
    long KeptByMore,
    DateTimeOffset? PromisedUntil,
    DateTimeOffset? GoesAt,
    long FreedBytes,
    int FreedManifests,
    IReadOnlyList<string> Words)
{
    public static ExplanationView Of(Explanation e) => new(
        e.Repository.ToString(), e.Digest.ToString(), e.Tag is null ? null : TagVerdict.Of(e.Tag), [.. e.Tags.Select(TagVerdict.Of)],
        [.. e.Keepers.Paths.Select(path => (IReadOnlyList<KeeperView>)[.. path.Select(KeeperView.Of)])], e.Keepers.More,
        e.Keepers.KeptUntil, e.GoesAt, e.Freed.BlobBytes, e.Freed.Manifests.Count, e.Words);
}

/// <summary>Why one tag or manifest is kept, or when it goes.</summary>
internal static class ExplainEndpoints
{
    public static void MapExplain(this RouteGroupBuilder api) =>
        api.MapGet("/explain", FindAsync).WithSummary("Why something is kept, by what path and until when; or when it goes, and what that frees. 'reference' is repository:tag or repository@digest.")
            .Produces<ExplanationView>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> FindAsync(Explanations explanations, TimeProvider time, string? reference, CancellationToken cancellationToken)
    {
        if (!TryParse(reference ?? "", out var repository, out var parsed))
        {
            return AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, $"'{reference}' is no reference. Write ?reference=team/app:latest, or team/app@sha256:… with the whole digest.");
        }

        return (await explanations.FindAsync(repository, parsed, time.GetUtcNow(), cancellationToken)).Succeeded(out var explanation, out var error)
            ? Results.Ok(ExplanationView.Of(explanation))
            : AdminEndpoints.Refusal(StatusCodes.Status404NotFound, error.Message);
    }

    /// <summary>From the right: neither a tag nor a repository's name has an @ or, after its last slash, a colon.</summary>
    private static bool TryParse(string text, out RepositoryName repository, out Reference reference)
    {
        var separator = text.IndexOf('@', StringComparison.Ordinal) is var at and >= 0 ? at : text.LastIndexOf(':');
        reference = default;
        repository = default;
        return separator > 0 && RepositoryName.TryParse(text[..separator], out repository) && Reference.TryParse(text[(separator + 1)..], out reference);
    }
}
