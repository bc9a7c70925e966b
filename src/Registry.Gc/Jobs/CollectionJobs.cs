using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace Registry.Gc.Jobs;

/// <summary>What runs by itself, and how often.</summary>
public static class CollectionJobs
{
    private static readonly TimeSpan Often = TimeSpan.FromMinutes(1);

    public static IServiceCollection AddCollectionJobs(this IServiceCollection services)
    {
        services.AddQuartz(quartz =>
        {
            Every<ExpireUploadsJob>(quartz, Often);
            Every<DeleteCondemnedJob>(quartz, Often);
        });
        services.AddQuartzHostedService(options => options.WaitForJobsToComplete = true);
        return services;
    }

    private static void Every<TJob>(IQuartzBuilder quartz, TimeSpan interval)
        where TJob : IJob =>
        quartz.ScheduleJob<TJob>(trigger => trigger.WithIdentity(typeof(TJob).Name)
            .StartNow().WithSimpleSchedule(schedule => schedule.WithInterval(interval).RepeatForever()));
}
