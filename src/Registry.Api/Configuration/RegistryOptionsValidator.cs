using FluentValidation;
using Registry.Gc.Jobs;
using Registry.Storage.Blobs;

namespace Registry.Api.Configuration;

/// <summary>What the values must be, beyond their type. Every mistake is reported, under its key.</summary>
internal sealed class RegistryOptionsValidator : AbstractValidator<RegistryOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LongestStop = TimeSpan.FromDays(1);

    public RegistryOptionsValidator()
    {
        RuleFor(o => o.DataDirectory).NotEmpty().WithMessage("is empty: name a folder");
        RuleFor(o => o.ShutdownTimeout).Must(t => BeSensible(t) && t <= LongestStop).WithMessage("must be between 00:00:01 and 1.00:00:00");
        RuleFor(o => o.Storage.DiskReserve).GreaterThanOrEqualTo(0).WithMessage("must be 0 or more bytes");
        RuleFor(o => o.Storage.Provider).IsInEnum().WithMessage("must be FileSystem or S3");
        RuleFor(o => o.Storage.S3).SetValidator(new S3OptionsValidator());
        RuleFor(o => o.Storage.S3.Bucket).NotEmpty().When(o => o.Storage.Provider == StorageProvider.S3 || o.Storage.MigrateFrom == StorageProvider.S3).WithMessage("is empty: name the bucket that stored objects are in");
        RuleFor(o => o.Storage.S3.DownloadUrlLifetime).Must((o, lifetime) => lifetime < o.Collection.Drain).When(o => o.Storage.Provider == StorageProvider.S3)
            .WithMessage("must be less than Registry:Collection:Drain, or a download could outlive its bytes");
        RuleFor(o => o.Index.SnapshotSchedule).Must(s => CollectionJobs.FindMistake(s) is null).WithMessage(o => $"is no cron expression ({CollectionJobs.FindMistake(o.Index.SnapshotSchedule)}), for example 0 23 * * * ? for every hour at 23 past");
        RuleFor(o => o.Index.SnapshotAfter).InclusiveBetween(10, 10_000_000).WithMessage("must be between 10 and 10000000 objects");
        RuleFor(o => o.Index.TakeoverAfter).Must(t => t >= TimeSpan.FromSeconds(2) && t <= TimeSpan.FromMinutes(10)).WithMessage("must be between 00:00:02 and 00:10:00");
        RuleFor(o => o.Index.KeepSnapshots).InclusiveBetween(1, 1000).WithMessage("must be between 1 and 1000");
        RuleFor(o => o.Collection.Promise).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
        RuleFor(o => o.Collection.Drain).Must(t => t >= TimeSpan.Zero && t <= Longest).WithMessage("must be between 00:00:00 and 3650 days");
        RuleFor(o => o.Collection.UntaggedAfter).Must(t => t >= TimeSpan.Zero && t <= Longest).WithMessage("must be between 00:00:00 and 3650 days");
        RuleFor(o => o.Collection.Schedule).Must(s => CollectionJobs.FindMistake(s) is null).WithMessage(o => $"is no cron expression ({CollectionJobs.FindMistake(o.Collection.Schedule)}), for example 0 7 * * * ? for every hour at seven past");
        RuleFor(o => o.Collection.PinExpiry).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
        RuleFor(o => o.Collection.KeepRecords).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
        RuleFor(o => o.Collection.ReconcileEvery).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
        RuleFor(o => o.Collection.UploadExpiry).Must(BeSensible).WithMessage("must be between 00:00:01 and 3650 days");
        RuleFor(o => o.Check.ReadEvery).Must(t => t >= TimeSpan.Zero && t <= Longest).WithMessage("must be between 00:00:00 and 3650 days");
        RuleFor(o => o.Check.BytesPerSecond).GreaterThanOrEqualTo(0).WithMessage("must be 0 or more bytes");
        RuleFor(o => o.Migration.BytesPerSecond).GreaterThanOrEqualTo(0).WithMessage("must be 0 or more bytes");
        RuleFor(o => o.Storage.MigrateFrom).Must((o, from) => from != o.Storage.Provider).WithMessage("must be another store than Registry:Storage:Provider");
    }

    private static bool BeSensible(TimeSpan value) => value >= TimeSpan.FromSeconds(1) && value <= Longest;
}
