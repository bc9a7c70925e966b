using Microsoft.Extensions.DependencyInjection;
using Quartz;
using Registry.Gc.Sweeping;
using Registry.Storage.Content;
using Registry.Storage.Journal;

namespace Registry.Gc.Jobs;

/// <summary>What runs by itself, and when.</summary>
public static class CollectionJobs
{
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hourly = TimeSpan.FromHours(1);

    /// <summary>Null if Quartz takes it as a cron expression; else what is wrong with it.</summary>
    public static string? FindMistake(string schedule)
    {
        try
        {
            _ = new CronExpression(schedule);
            return null;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return e.Message;
        }
    }

    public static IServiceCollection AddCollectionJobs(this IServiceCollection services, CollectionOptions options)
    {
        services.AddQuartz(quartz =>
        {
            Every<ExpireUploadsJob>(quartz, Often);
            Every<DeleteCondemnedJob>(quartz, Often);
            Every<StorageSampleJob>(quartz, Hourly);
            Every<ScrubJob>(quartz, Hourly);
            quartz.ScheduleJob<CollectionJob>(trigger => trigger.WithIdentity(nameof(CollectionJob))
                .WithCronSchedule(options.Schedule, cron => cron.InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
        });
        services.AddHostedService<MissedSchedule>();
        services.AddQuartzHostedService(quartz => quartz.WaitForJobsToComplete = true);
        return services;
    }

    /// <summary>To be added beside the others, where the index is in a bucket.</summary>
    public static IServiceCollection AddSnapshotJobs(this IServiceCollection services, IndexOptions options)
    {
        services.AddSingleton(options);
        services.AddQuartz(quartz =>
        {
            Every<LongJournalJob>(quartz, Often);
            quartz.ScheduleJob<SnapshotJob>(trigger => trigger.WithIdentity(nameof(SnapshotJob))
                .WithCronSchedule(options.SnapshotSchedule, cron => cron.InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed)));
        });
        return services;
    }

    private static void Every<TJob>(IQuartzBuilder quartz, TimeSpan interval)
        where TJob : IJob =>
        quartz.ScheduleJob<TJob>(trigger => trigger.WithIdentity(typeof(TJob).Name)
            .StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(interval).RepeatForever()));
}
