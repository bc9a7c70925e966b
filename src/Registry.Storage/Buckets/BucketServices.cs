using Microsoft.Extensions.DependencyInjection;

namespace Registry.Storage.Buckets;

/// <summary>Wires the bucket.</summary>
public static class BucketServices
{
    public static IServiceCollection AddBucket(this IServiceCollection services, S3Options options)
    {
        services.AddSingleton(_ => new S3Client(options));
        services.AddSingleton(_ => new UploadMemory(options));
        services.AddSingleton<IBucket, S3Bucket>();
        return services;
    }
}
