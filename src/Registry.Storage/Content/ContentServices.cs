using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
using Registry.Storage.Index;
using Registry.Storage.Journal;

namespace Registry.Storage.Content;

/// <summary>Wires the index and the content. Which tags are immutable (<see cref="IImmutableTags"/>) the caller registers.</summary>
public static class ContentServices
{
    public static IServiceCollection AddContent(this IServiceCollection services, string dataDirectory, StorageOptions storage, CollectionOptions collection)
    {
        services.AddPooledDbContextFactory<IndexContext>(options => IndexDatabase.Configure(options, dataDirectory));
        services.AddSingleton(storage);
        AddBlobStores(services, dataDirectory, storage);
        services.TryAddSingleton<IOwnership, SoleOwner>();
        services.AddSingleton(provider => new IndexWriter(provider.GetRequiredService<IDbContextFactory<IndexContext>>(), provider.GetService<IJournal>()));
        services.AddSingleton(collection);
        services.AddSingleton<Deadlines>();
        services.AddSingleton<PromiseRenewal>();
        services.AddSingleton<BlobObjects>();
        services.AddSingleton<CondemnedObjects>();
        services.AddSingleton<StoreComparison>();
        services.AddSingleton<StoresInUse>();
        services.AddSingleton<ObjectMove>();
        services.AddSingleton<TakenSessions>();
        services.AddSingleton<UploadEnding>();
        services.AddSingleton<UploadBudget>();
        services.AddSingleton<UploadBodies>();
        services.AddSingleton<UploadSessions>();
        services.AddSingleton<TagProtection>();
        services.AddSingleton<BlobContent>();
        services.AddSingleton<ManifestContent>();
        services.AddSingleton<ManifestRemoval>();
        services.AddSingleton<ManifestPush>();
        services.AddSingleton<Listings>();
        services.AddSingleton<RepositoryListing>();
        services.AddSingleton<TagListing>();
        services.AddSingleton<Platforms>();
        services.AddSingleton<TagHistory>();
        services.AddSingleton<TagRestore>();
        services.AddSingleton<StorageFigures>();
        services.AddHostedService<StorageGauges>();
        services.AddSingleton<PullRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<PullRecorder>());
        return services;
    }

    private static void AddBlobStores(IServiceCollection services, string dataDirectory, StorageOptions storage)
    {
        if (storage.Uses(StorageProvider.FileSystem))
        {
            services.AddSingleton(_ => new FileSystemBlobStore(dataDirectory, storage));
        }

        if (storage.Uses(StorageProvider.S3))
        {
            services.AddBucket(storage.S3);
            services.AddSingleton<S3BlobStore>();
        }

        if (storage is { Provider: StorageProvider.S3, MigrateFrom: null })
        {
            // While objects are in two stores, where one is costs a question.
            services.AddSingleton<IDownloadUrls, S3DownloadUrls>();
        }

        services.AddSingleton(provider => Combine(provider, storage));
    }

    /// <summary>The store of the settings; while objects are moved away from another one, both as one.</summary>
    private static IBlobStore Combine(IServiceProvider services, StorageOptions storage) => storage.MigrateFrom is { } source
        ? new MovingBlobStore(new StoreAt(storage.Provider, Find(services, storage.Provider)), new StoreAt(source, Find(services, source)))
        : Find(services, storage.Provider);

    private static IBlobStore Find(IServiceProvider services, StorageProvider provider) => provider switch
    {
        StorageProvider.FileSystem => services.GetRequiredService<FileSystemBlobStore>(),
        _ => services.GetRequiredService<S3BlobStore>(),
    };
}
