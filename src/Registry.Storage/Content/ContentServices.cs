using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Wires the index and the content. Which tags are immutable (<see cref="IImmutableTags"/>) the caller registers.</summary>
public static class ContentServices
{
    public static IServiceCollection AddContent(this IServiceCollection services, string dataDirectory, StorageOptions storage, CollectionOptions collection)
    {
        services.AddPooledDbContextFactory<IndexContext>(options => IndexDatabase.Configure(options, dataDirectory));
        services.AddSingleton(storage);
        AddBlobStore(services, dataDirectory, storage);
        services.AddSingleton<IndexWriter>();
        services.AddSingleton(collection);
        services.AddSingleton<Deadlines>();
        services.AddSingleton<PromiseRenewal>();
        services.AddSingleton<BlobObjects>();
        services.AddSingleton<CondemnedObjects>();
        services.AddSingleton<StoreComparison>();
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

    private static void AddBlobStore(IServiceCollection services, string dataDirectory, StorageOptions storage)
    {
        if (storage.Provider == StorageProvider.FileSystem)
        {
            services.AddSingleton<IBlobStore>(_ => new FileSystemBlobStore(dataDirectory, storage));
            return;
        }

        services.AddSingleton(_ => new S3Client(storage.S3));
        services.AddSingleton(_ => new UploadMemory(storage.S3));
        services.AddSingleton<IBucket, S3Bucket>();
        services.AddSingleton<IBlobStore, S3BlobStore>();
    }
}
