using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DotNet.Testcontainers.Builders;
using Registry.Storage.Buckets;

namespace Registry.Testing;

/// <summary>
/// The S3 server of the tests, one for the process: the bucket that <c>REGISTRY_TEST_S3_ENDPOINT</c>, <c>_BUCKET</c>, <c>_ACCESS_KEY</c>, <c>_SECRET_KEY</c>
/// and <c>_REGION</c> name; else the image that <c>REGISTRY_TEST_S3_IMAGE</c> names, which is started like MinIO's (<c>server /data</c>, port 9000,
/// keys in MINIO_ROOT_USER and MINIO_ROOT_PASSWORD); else Debian's Ceph gateway. Without any of them a test is skipped, and under CI=true fails.
/// </summary>
public static class S3Server
{
    private const string Variable = "REGISTRY_TEST_S3_";
    private const int ImagePort = 9000;

    private static readonly Lazy<Task<S3Options>> Started = new(StartAsync);

    // Neither is disposed of: they end with the process, the one by the end of its input, the other by Testcontainers' own care.
    private static object? server;

    /// <summary>A part of the bucket that nobody else has; <see cref="CleanAsync"/> empties it. Skips the test if there is no server.</summary>
    public static async Task<S3Options> NewPrefixAsync()
    {
        Tool.Require(FindProblem() is null, FindProblem() ?? "");
        return await Started.Value with { Prefix = $"test-{Guid.NewGuid():N}/" };
    }

    /// <summary>A client of the SDK's own, to look at what there really is.</summary>
    public static AmazonS3Client NewClient(S3Options options) => new(
        new BasicAWSCredentials(options.AccessKey, options.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = options.Endpoint, ForcePathStyle = true, AuthenticationRegion = options.Region.Length > 0 ? options.Region : "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    /// <summary>The names of all objects below the prefix.</summary>
    public static async Task<IReadOnlyList<string>> ListAsync(S3Options options)
    {
        using var client = NewClient(options);
        var names = new List<string>();
        await foreach (var one in client.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = options.Bucket, Prefix = options.Prefix }).S3Objects)
        {
            names.Add(one.Key[options.Prefix.Length..]);
        }

        return names;
    }

    /// <summary>The multipart uploads below the prefix that are neither completed nor aborted.</summary>
    public static async Task<IReadOnlyList<MultipartUpload>> ListUploadsAsync(S3Options options)
    {
        using var client = NewClient(options);
        var uploads = new List<MultipartUpload>();
        await foreach (var one in client.Paginators.ListMultipartUploads(new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = options.Prefix }).Uploads)
        {
            uploads.Add(one);
        }

        return uploads;
    }

    /// <summary>Removes everything below the prefix.</summary>
    public static async Task CleanAsync(S3Options options)
    {
        using var client = NewClient(options);
        foreach (var upload in await ListUploadsAsync(options))
        {
            await client.AbortMultipartUploadAsync(options.Bucket, upload.Key, upload.UploadId);
        }

        foreach (var some in (await ListAsync(options)).Chunk(1000))
        {
            await client.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = options.Bucket, Objects = [.. some.Select(name => new KeyVersion { Key = options.Prefix + name })] });
        }
    }

    private static string? Read(string name) => Environment.GetEnvironmentVariable(Variable + name) is { Length: > 0 } value ? value : null;

    private static string? FindProblem() => Read("ENDPOINT") is not null || Read("IMAGE") is not null || RadosGateway.FindMissingProgram() is not { } missing
        ? null
        : $"There is no S3 server for the test: '{missing}' is not installed (./test.sh installs it), and neither {Variable}ENDPOINT nor {Variable}IMAGE is set.";

    private static async Task<S3Options> StartAsync()
    {
        if (Read("ENDPOINT") is { } endpoint)
        {
            return new S3Options
            {
                Endpoint = endpoint, Bucket = Read("BUCKET") ?? "registry-test", Region = Read("REGION") ?? "",
                AccessKey = Read("ACCESS_KEY") ?? "", SecretKey = Read("SECRET_KEY") ?? "",
            };
        }

        var options = Read("IMAGE") is { } image ? await StartImageAsync(image) : await StartGatewayAsync();
        using var client = NewClient(options);
        await client.PutBucketAsync(options.Bucket);
        return options;
    }

    private static async Task<S3Options> StartGatewayAsync()
    {
        var gateway = await RadosGateway.StartAsync();
        server = gateway;
        return gateway.Options;
    }

    private static async Task<S3Options> StartImageAsync(string image)
    {
        var options = new S3Options { Bucket = "registry", AccessKey = "registry-test", SecretKey = Guid.NewGuid().ToString("N") };
        var container = new ContainerBuilder(image)
            .WithCommand("server", "/data")
            .WithEnvironment("MINIO_ROOT_USER", options.AccessKey)
            .WithEnvironment("MINIO_ROOT_PASSWORD", options.SecretKey)
            .WithPortBinding(ImagePort, assignRandomHostPort: true)
            // Any answer will do, a refusal too.
            .WithWaitStrategy(DotNet.Testcontainers.Builders.Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(
                request => request.ForPort(ImagePort).ForStatusCodeMatching(_ => true)))
            .Build();
        server = container;
        await container.StartAsync();
        return options with { Endpoint = $"http://{container.Hostname}:{container.GetMappedPublicPort(ImagePort)}" };
    }
}
