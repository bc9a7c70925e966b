using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>Wires the index's life in the bucket, which the caller registers.</summary>
public static class JournalServices
{
    public static IServiceCollection AddJournal(this IServiceCollection services, JournalOptions options)
    {
        services.AddSingleton(options);
        services.TryAddSingleton(TakeoverTimes.Default);
        services.TryAddSingleton<Lease>();
        services.AddIndexRestore();
        services.AddSingleton<FollowedIndex>();
        services.AddSingleton<IFollowedIndex>(provider => provider.GetRequiredService<FollowedIndex>());
        services.AddSingleton<IJournal, BucketJournal>();
        services.AddSingleton<SnapshotTaking>();
        services.AddSingleton<IIndexCopies, BucketCopies>();
        services.AddHostedService<JournalFlushing>();
        return services;
    }

    public static IServiceCollection AddIndexRestore(this IServiceCollection services)
    {
        services.AddSingleton<IndexRestore>();
        services.AddSingleton<IIndexRestore>(provider => provider.GetRequiredService<IndexRestore>());
        return services;
    }
}
