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
        services.TryAddSingleton<Lease>();
        services.AddSingleton<IndexRestore>();
        services.AddSingleton<FollowedIndex>();
        services.AddSingleton<IFollowedIndex>(provider => provider.GetRequiredService<FollowedIndex>());
        services.AddSingleton<IJournal, BucketJournal>();
        services.AddSingleton<SnapshotTaking>();
        return services;
    }
}
