using FluentValidation;
using Registry.Gc.Jobs;

namespace Registry.Api.Configuration;

/// <summary>What the values must be, beyond their type. Every mistake is reported, under its key.</summary>
internal sealed class RegistryOptionsValidator : AbstractValidator<RegistryOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LongestStop = TimeSpan.FromDays(1);

    public RegistryOptionsValidator()
    {
        RuleFor(o => o.DataDirectory).NotEmpty().WithMessage("is empty: name a folder").Must(BePossible).WithMessage("cannot be a folder: a file is in its way, or the name has characters that no file system takes");
        RuleFor(o => o.ShutdownTimeout).Must(t => BeSensible(t) && t <= LongestStop).WithMessage("must be between 00:00:01 and 1.00:00:00");
        RuleFor(o => o.Storage.DiskReserve).GreaterThanOrEqualTo(0).WithMessage("must be 0 or more bytes");
        RuleFor(o => o.Collection.Promise).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
        RuleFor(o => o.Collection.Drain).Must(t => t >= TimeSpan.Zero && t <= Longest).WithMessage("must be between 00:00:00 and 3650 days");
        RuleFor(o => o.Collection.UntaggedAfter).Must(t => t >= TimeSpan.Zero && t <= Longest).WithMessage("must be between 00:00:00 and 3650 days");
        RuleFor(o => o.Collection.Schedule).Must(s => CollectionJobs.FindMistake(s) is null).WithMessage(o => $"is no cron expression ({CollectionJobs.FindMistake(o.Collection.Schedule)}), for example 0 7 * * * ? for every hour at seven past");
        RuleFor(o => o.Collection.UploadExpiry).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
    }

    /// <summary>Looks without touching anything: a folder is made only when nothing else is wrong.</summary>
    private static bool BePossible(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
        {
            return true;
        }

        if (folder.Contains('\0'))
        {
            return false;
        }

        for (var path = Path.GetFullPath(folder); path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
            {
                return false;
            }
        }

        return true;
    }

    private static bool BeSensible(TimeSpan value) => value >= TimeSpan.FromSeconds(1) && value <= Longest;
}
