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
        AddBlobStore(services, dataDirectory, storage);
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

    /// <summary>The store of the settings; while objects are moved away from another one, both as one.</summary>
    private static void AddBlobStore(IServiceCollection services, string dataDirectory, StorageOptions storage)
    {
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

        services.AddSingleton(provider =>
        {
            var target = OpenStore(storage.Provider, provider, dataDirectory, storage);
            return storage.MigrateFrom is { } source ? new MovingBlobStore(target, OpenStore(source, provider, dataDirectory, storage)) : target.Store;
        });
    }

    private static StoreAt OpenStore(StorageProvider provider, IServiceProvider services, string dataDirectory, StorageOptions storage) => new(provider, provider switch
    {
        StorageProvider.FileSystem => new FileSystemBlobStore(dataDirectory, storage),
        StorageProvider.S3 => services.GetRequiredService<S3BlobStore>(),
        _ => throw new InvalidOperationException($"There is no store {provider}."),
    });
}
