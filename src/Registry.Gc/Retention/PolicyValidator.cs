using FluentValidation;
using FluentValidation.Results;

namespace Registry.Gc.Retention;

/// <summary>What the values of a policy must be. Every mistake is reported, under its path.</summary>
internal sealed class PolicyValidator : AbstractValidator<PolicyDraft>
{
    private const int MaxItems = 1000;

    /// <summary>Each holds about a quarter of a MiB: that is how .NET matches them in linear time.</summary>
    private const int MaxRegexes = 40;

    public PolicyValidator()
    {
        RuleFor(p => p).FindMistake(FindTooManyRegexes);
        RuleFor(p => p.Version).FindMistake(v => v == 1 ? null : v is null ? "is missing: write \"version\": 1" : "must be 1: this registry knows no other form of the document");
        RuleFor(p => p.Mode).FindMistake(mode =>
            mode is null ? "is missing: write \"mode\": \"shadow\" to see plans only, or \"apply\" to remove what they list"
            : PolicyModes.All.ContainsKey(mode) ? null
            : "must be \"shadow\" (plans only) or \"apply\" (removes what the plans list)");
        RuleFor(p => p.Rules).FindMistake(FindTooMany).Custom(FindRepeatedNames).Custom(FindMissingBudget);
        RuleForEach(p => p.Rules).SetValidator(new RuleValidator()!);
        RuleFor(p => p.Protected).FindMistake(FindTooMany).Custom(FindRepeatedNames);
        RuleForEach(p => p.Protected).SetValidator(new PatternsValidator<PatternsDraft>()!);
        RuleFor(p => p.Immutable).FindMistake(FindTooMany).Custom(FindRepeatedNames);
        RuleForEach(p => p.Immutable).SetValidator(new PatternsValidator<PatternsDraft>()!);
        RuleFor(p => p.Budget!).SetValidator(new BudgetValidator()).When(p => p.Budget is not null);
    }

    private static string? FindTooMany<T>(IReadOnlyList<T> items) => items.Count > MaxItems ? $"has more than {MaxItems} items: write fewer with more patterns" : null;

    private static string? FindTooManyRegexes(PolicyDraft policy) =>
        policy.Rules.Concat(policy.Protected).Concat(policy.Immutable)
            .Sum(item => CountRegexes(item?.Repositories) + CountRegexes(item?.Tags) + CountRegexes((item as RuleDraft)?.Keep?.Matching)) > MaxRegexes
            ? $"has more than {MaxRegexes} regular expressions: write globs where they will do"
            : null;

    private static int CountRegexes(IReadOnlyList<string?>? patterns) => patterns?.Count(pattern => pattern is not null && NamePattern.IsRegex(pattern)) ?? 0;

    private static void FindRepeatedNames(IReadOnlyList<PatternsDraft?> items, ValidationContext<PolicyDraft> context)
    {
        var first = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i]?.Name is { } name && !first.TryAdd(name, i))
            {
                context.AddFailure(new ValidationFailure($"{context.PropertyPath}[{i}].Name", $"is '{name}', as at [{first[name]}]: reasons say the name, so write another one"));
            }
        }
    }

    private static void FindMissingBudget(IReadOnlyList<RuleDraft?> rules, ValidationContext<PolicyDraft> context)
    {
        for (var i = 0; i < rules.Count && !context.InstanceToValidate.HasBudget; i++)
        {
            if (rules[i]?.When is { } when && RuleWhens.All.TryGetValue(when, out var known) && known == RuleWhen.OverBudget)
            {
                context.AddFailure(new ValidationFailure($"{context.PropertyPath}[{i}].When", "is about a budget, and the policy has none: write \"budget\": { \"bytes\": \"500GiB\" } beside \"rules\", or leave it out"));
            }
        }
    }
}

/// <summary>What a rule has in common with protected and immutable patterns: a name, and what it is about.</summary>
internal class PatternsValidator<T> : AbstractValidator<T>
    where T : PatternsDraft
{
    private const int MaxNameLength = 64;
    private const int MaxPatterns = 200;

    public PatternsValidator()
    {
        RuleFor(p => p.Name).FindMistake(FindNameMistake);
        RuleFor(p => p.Repositories).FindMistake(list => FindListMistake(list, "[\"**\"] for every repository"));
        RuleForEach(p => p.Repositories).FindMistake(pattern => pattern is null ? null : NamePattern.FindMistake(pattern, NameKind.Repository));
        RuleFor(p => p.Tags).FindMistake(list => FindListMistake(list, "[\"*\"] for every tag"));
        RuleForEach(p => p.Tags).FindMistake(pattern => pattern is null ? null : NamePattern.FindMistake(pattern, NameKind.Tag));
    }

    internal static string? FindListMistake(IReadOnlyList<string?>? list, string example) => list switch
    {
        null => $"is missing: write {example}",
        { Count: 0 } => $"is empty: write {example}",
        { Count: > MaxPatterns } => $"has more than {MaxPatterns} patterns: write fewer, or a second rule",
        _ => null,
    };

    private static string? FindNameMistake(string? name) => name switch
    {
        null => "is missing: reasons say it, so write a short one, for example \"branches\"",
        { Length: 0 or > MaxNameLength } => $"must have 1 to {MaxNameLength} characters",
        _ when name.Any(c => char.IsControl(c) || c == '\'') || name.Trim() != name => "must have no quotes, no control characters, and no space at its ends",
        _ => null,
    };
}

internal sealed class RuleValidator : PatternsValidator<RuleDraft>
{
    public RuleValidator()
    {
        RuleFor(r => r.Keep).FindMistake(keep => keep is null ? "is missing: write { \"newest\": 5 }, or \"nothing\" to remove every tag that the rule covers" : null);
        RuleFor(r => r.Keep!).SetValidator(new KeepValidator()).When(r => r.Keep is { KeepsNothing: false });
        RuleFor(r => r.When).FindMistake(when => when is null || RuleWhens.All.ContainsKey(when) ? null : $"must be {RuleWhens.Names}");
    }
}

internal sealed class KeepValidator : AbstractValidator<KeepDraft>
{
    private const int MaxNewest = 1_000_000;

    public KeepValidator()
    {
        RuleFor(k => k.Newest).FindMistake(n => n is null or (>= 1 and <= MaxNewest) ? null : $"must be from 1 to {MaxNewest}: leave it out to count none");
        RuleFor(k => k.By).FindMistake(by => by is null || TagOrders.All.ContainsKey(by) ? null : $"must be {TagOrders.Names}");
        RuleFor(k => k.By).FindMistake(_ => "says in which order \"newest\" counts: write \"newest\" too, or leave it out").When(k => k.By is not null && !k.Counts);
        RuleFor(k => k.PushedWithin).FindMistake(span => span is null ? null : PolicyDuration.FindMistake(span));
        RuleFor(k => k.PulledWithin).FindMistake(span => span is null ? null : PolicyDuration.FindMistake(span));
        RuleFor(k => k.Matching).FindMistake(list => list is null ? null : PatternsValidator<RuleDraft>.FindListMistake(list, "[\"keep-*\"], or leave it out"));
        RuleForEach(k => k.Matching).FindMistake(pattern => pattern is null ? null : NamePattern.FindMistake(pattern, NameKind.Tag));
    }
}

internal static class MistakeRule
{
    /// <summary>
    /// A rule by a function that says what is wrong. The words go out as they are: FluentValidation's own messages have
    /// placeholders in braces, and patterns have braces too.
    /// </summary>
    public static IRuleBuilderOptionsConditions<T, TValue> FindMistake<T, TValue>(this IRuleBuilder<T, TValue> rule, Func<TValue, string?> find) =>
        rule.Custom((value, context) =>
        {
            if (find(value) is { } mistake)
            {
                context.AddFailure(new ValidationFailure(context.PropertyPath, mistake, value));
            }
        });
}
