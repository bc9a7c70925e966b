using System.Diagnostics.CodeAnalysis;
using FluentValidation.Results;
using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>
/// What a policy's text says (docs/retention.md has the form). Made only from a text without mistakes, and keeps that text:
/// it is what is stored and shown, to the last space.
/// </summary>
public sealed class RetentionPolicy
{
    private RetentionPolicy(string text, PolicyDraft draft)
    {
        Text = text;
        Mode = PolicyModes.All[draft.Mode!];
        Rules = [.. draft.Rules.Select(rule => RetentionRule.From(rule!))];
        Protected = [.. draft.Protected.Select(patterns => NamedPatterns.From(patterns!))];
        Immutable = [.. draft.Immutable.Select(patterns => NamedPatterns.From(patterns!))];
        Budget = draft.Budget is { } budget ? Budget.From(budget) : null;
    }

    public string Text { get; }

    public PolicyMode Mode { get; }

    /// <summary>Null if the registry may grow without a limit; then no rule asks for one either.</summary>
    public Budget? Budget { get; }

    public int RuleCount => Rules.Count;

    internal IReadOnlyList<RetentionRule> Rules { get; }

    internal IReadOnlyList<NamedPatterns> Protected { get; }

    internal IReadOnlyList<NamedPatterns> Immutable { get; }

    /// <summary>Never throws, whatever the text is.</summary>
    /// <param name="mistakes">All of them, each at its path; empty if there is a policy.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out RetentionPolicy? policy, out IReadOnlyList<PolicyMistake> mistakes)
    {
        var (draft, misshapen) = PolicyReader.Read(text);
        mistakes = draft is null ? misshapen : [.. misshapen, .. Judge(draft).Where(mistake => !misshapen.Any(known => IsAtOrAbove(mistake.Path, known.Path)))];
        policy = mistakes.Count == 0 ? new RetentionPolicy(text, draft!) : null;
        return policy is not null;
    }

    /// <summary>
    /// The name of the immutable pattern that the tag falls under; null if it may be moved and deleted. Signature tags always
    /// may: signing again moves them.
    /// </summary>
    public string? FindImmutable(RepositoryName repository, Tag tag)
    {
        if (SignatureTags.Is(tag.ToString()))
        {
            return null;
        }

        foreach (var patterns in Immutable)
        {
            if (patterns.CoverTag(tag) && patterns.CoverRepository(repository))
            {
                return patterns.Name;
            }
        }

        return null;
    }

    private static IEnumerable<PolicyMistake> Judge(PolicyDraft draft) =>
        new PolicyValidator().Validate(draft).Errors.Select(failure => new PolicyMistake(PathOf(failure), failure.ErrorMessage));

    /// <summary>The document's names are those of the draft, but for the case of their first letter.</summary>
    private static string PathOf(ValidationFailure failure) =>
        string.Join('.', failure.PropertyName.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToLowerInvariant(part[0]) + part[1..]));

    /// <summary>What could not be read, or has something unreadable inside, looks empty to the validator: it is not judged twice.</summary>
    private static bool IsAtOrAbove(string path, string unreadable) =>
        unreadable.StartsWith(path, StringComparison.Ordinal) && (unreadable.Length == path.Length || unreadable[path.Length] is '.' or '[');
}
