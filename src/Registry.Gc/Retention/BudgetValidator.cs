using FluentValidation;
using FluentValidation.Results;

namespace Registry.Gc.Retention;

internal sealed class BudgetValidator : AbstractValidator<BudgetDraft>
{
    public BudgetValidator()
    {
        RuleFor(b => b.Bytes).FindMistake(size => size is null ? "is missing: write \"bytes\": \"500GiB\"" : PolicySize.FindMistake(size));
        RuleFor(b => b.High).FindMistake(percent => percent is null ? null : PolicyPercent.FindMistake(percent));
        RuleFor(b => b.Low).FindMistake(percent => percent is null ? null : PolicyPercent.FindMistake(percent));
        RuleFor(b => b.Low).Custom(FindLowThatIsNotLower);
    }

    /// <summary>Only of two that are right each for itself.</summary>
    private static void FindLowThatIsNotLower(string? low, ValidationContext<BudgetDraft> context)
    {
        if (low is not null && context.InstanceToValidate.High is { } high
            && PolicyPercent.FindMistake(low) is null && PolicyPercent.FindMistake(high) is null
            && PolicyPercent.Parse(low) >= PolicyPercent.Parse(high))
        {
            context.AddFailure(new ValidationFailure(context.PropertyPath, $"must be less than \"high\", and {low} is not less than {high}: write both, for example \"high\": \"90%\", \"low\": \"80%\""));
        }
    }
}
