using FluentValidation;

namespace Registry.Api.Configuration;

/// <summary>What the values must be, beyond their type. Every mistake is reported, under its key.</summary>
internal sealed class RegistryOptionsValidator : AbstractValidator<RegistryOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public RegistryOptionsValidator()
    {
        RuleFor(o => o.DataDirectory).NotEmpty().WithMessage("is empty: name a folder");
        // Longer than a day is no timeout, and from 50 days on no timer can hold it.
        RuleFor(o => o.ShutdownTimeout).Must(t => t >= TimeSpan.FromSeconds(1) && t <= TimeSpan.FromDays(1)).WithMessage("must be between 00:00:01 and 1.00:00:00");
        RuleFor(o => o.Collection.Promise).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
        RuleFor(o => o.Collection.Drain).Must(t => t >= TimeSpan.Zero && t <= Longest).WithMessage("must be between 00:00:00 and 3650 days");
        RuleFor(o => o.Collection.UploadExpiry).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
    }

    private static bool BeSensible(TimeSpan value) => value >= TimeSpan.FromSeconds(1) && value <= Longest;
}
