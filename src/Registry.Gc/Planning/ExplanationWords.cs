using System.Globalization;
using Registry.Gc.Liveness;
using Registry.Gc.Policies;
using Registry.Gc.Retention;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Gc.Planning;

/// <summary>Says an explanation in sentences.</summary>
public sealed class ExplanationWords(PolicyStore policies, CollectionOptions options)
{
    /// <summary>When the sweep may remove a manifest at the earliest; null while a root keeps it.</summary>
    internal DateTimeOffset? FindEnd(ManifestKeepers keepers) => keepers.Paths.Count > 0 || keepers.KeptUntil is not { } end ? null : end + options.UntaggedAfter;

    internal Explanation Add(Explanation explanation, DateTimeOffset now) => explanation with { Words = [.. Say(explanation, now)] };

    private IEnumerable<string> Say(Explanation explanation, DateTimeOffset now)
    {
        yield return explanation.Tag is null
            ? $"{explanation.Repository}@{explanation.Digest}"
            : $"{explanation.Repository}:{explanation.Tag.Tag.Name} is {explanation.Digest}";
        foreach (var decision in explanation.Tag is { } tag ? [tag] : explanation.Tags)
        {
            yield return $"The tag {decision.Tag.Name} {VerbOf(decision.Outcome)}: {string.Join("; ", decision.Reasons.Select(reason => reason.Text))}.";
        }

        if (policies.Current is null)
        {
            yield return "No retention policy is set, so no tag goes by itself.";
        }

        foreach (var path in explanation.Keepers.Paths)
        {
            yield return $"It is kept: {string.Join(", ", path.Select(Step))}.";
        }

        if (explanation.Keepers.More > 0)
        {
            yield return $"{explanation.Keepers.More.ToString(CultureInfo.InvariantCulture)} more keep it.";
        }

        yield return End(explanation, now);
        yield return Frees(explanation);
    }

    private string VerbOf(TagOutcome outcome) => outcome switch
    {
        TagOutcome.Stays => "stays",
        TagOutcome.GoesOverBudget => "goes if the registry is over its budget",
        _ when policies.Current?.Policy.Mode == PolicyMode.Shadow => "would go at the next run, but the policy is in shadow mode",
        _ => "goes at the next run",
    };

    private static string Step(KeptBy step) => step.Kind switch
    {
        KeeperKind.Tag => $"the tag {step.Name} names {Digest.Shorten(step.Digest)}",
        KeeperKind.Pin => $"the host {step.Name} has pinned {Digest.Shorten(step.Digest)}",
        KeeperKind.Index => $"the index {Digest.Shorten(step.Digest)} has it as a child",
        KeeperKind.Subject => $"it is about {Digest.Shorten(step.Digest)}",
        _ => $"its tag {step.Name} says that it is about {Digest.Shorten(step.Digest)}",
    };

    private string End(Explanation explanation, DateTimeOffset now) => explanation switch
    {
        { GoesAt: { } at } when at > now => $"Nothing keeps it any more. It can be pulled, and its tag restored, until {Time(at)} at least: {Time(explanation.Keepers.KeptUntil!.Value)} is the end of its promise, and then it stays for {options.UntaggedAfter}.",
        { GoesAt: not null } => "Nothing keeps it any more, and its time is over: the next run of the collection removes it.",
        { Keepers.Paths.Count: 0 } => "Only something that is about to go keeps it: the next runs of the collection remove both.",
        _ => $"Once nothing keeps it any more, it stays for its promise ({options.Promise} from the last time that somebody asked for it) and then for {options.UntaggedAfter}.",
    };

    private static string Frees(Explanation explanation)
    {
        var freed = explanation.Freed;
        var what = explanation.Keepers.Paths.Count == 0 ? "When it goes" : explanation.Tag is { } tag ? $"If the tag {tag.Tag.Name} goes" : "If its tags go";
        return freed.Manifests.Count == 0
            ? $"{what}, nothing is freed by that alone."
            : string.Create(CultureInfo.InvariantCulture, $"{what}, {freed.Manifests.Count} manifests and {freed.Blobs.Count} blobs go with it, and {freed.BlobBytes} bytes are freed.");
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
