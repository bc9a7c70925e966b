using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Registry.Storage.Buckets;

/// <summary>
/// The one place that speaks to the S3 server. Every call has a time limit and a few tries, and throws <see cref="S3Failure"/> when they
/// are used up. Time is the machine's own: what a server takes has nothing to do with promises.
/// </summary>
internal sealed class S3Client : IDisposable
{
    private const int Tries = 3;
    private const int SmallBody = 1024 * 1024;
    private const long BytesWithinTimeout = 8 * 1024 * 1024;

    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly S3Options options;
    private readonly S3Connections connections;
    private readonly AmazonS3Client sdk;
    private readonly AmazonS3Client? toDownloadFrom;
    private readonly RetryBudget retries = new();
    private readonly bool isEncrypted;

    /// <param name="options">Checked already.</param>
    /// <param name="wrap">For tests: what stands between the SDK and the network.</param>
    public S3Client(S3Options options, Func<HttpMessageHandler, HttpMessageHandler>? wrap = null)
    {
        this.options = options;
        isEncrypted = !options.Endpoint.StartsWith("http://", StringComparison.OrdinalIgnoreCase);
        connections = new S3Connections(options, wrap);
        var config = Configure(options, options.Endpoint);
        config.HttpClientFactory = connections;
        AWSCredentials? keys = options switch
        {
            { AccessKey.Length: 0 } => null,
            { SessionToken.Length: > 0 } => new SessionAWSCredentials(options.AccessKey, options.SecretKey, options.SessionToken),
            _ => new BasicAWSCredentials(options.AccessKey, options.SecretKey),
        };
        sdk = keys is null ? new AmazonS3Client(config) : new AmazonS3Client(keys, config);
        if (options.DownloadEndpoint.Length > 0)
        {
            var download = Configure(options, options.DownloadEndpoint);
            toDownloadFrom = keys is null ? new AmazonS3Client(download) : new AmazonS3Client(keys, download);
        }
    }

    public string Bucket => options.Bucket;

    public S3Options Options => options;

    public string KeyOf(string name) => options.NamePrefix + name;

    public string NameOf(string key) => key[options.NamePrefix.Length..];

    /// <summary>Makes a request, again if that may help. <paramref name="request"/> builds it anew for each try.</summary>
    /// <param name="doing">What is tried, for the message: "Writing blobs/...".</param>
    public Task<T> CallAsync<T>(string doing, Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        CallAsync(doing, bytes: 0, request, cancellationToken);

    /// <summary>The same, of a request with so many bytes: many may take longer.</summary>
    public async Task<T> CallAsync<T>(string doing, long bytes, Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        var limit = options.RequestTimeout * Math.Max(1, bytes / BytesWithinTimeout);
        retries.CountFirstTry();
        for (var count = 1; ; count++)
        {
            try
            {
                return await TryAsync(doing, limit, request, cancellationToken);
            }
            catch (S3Failure e) when (e.IsTemporary && count < Tries && retries.TryTake())
            {
                await Task.Delay(PauseAfter(count, e.Problem), Time, cancellationToken);
            }
        }
    }

    /// <summary>The same, once: where another try could do harm, or nobody waits for it.</summary>
    public Task<T> TryAsync<T>(string doing, Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        TryAsync(doing, options.RequestTimeout, request, cancellationToken);

    private async Task<T> TryAsync<T>(string doing, TimeSpan longest, Func<AmazonS3Client, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(longest, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await request(sdk, either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && S3Problems.Explain(e, doing, options) is { } failure)
        {
            throw failure;
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is not OperationCanceledException)
        {
            // However the SDK says it.
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    /// <summary>An address by which anybody can do what the request says, for a while. No request is made to the server.</summary>
    public Task<string> SignAsync(GetPreSignedUrlRequest request)
    {
        var address = options.DownloadEndpoint.Length > 0 ? options.DownloadEndpoint : options.Endpoint;
        request.BucketName = Bucket;
        request.Protocol = address.StartsWith("http://", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTP : Protocol.HTTPS;
        return (toDownloadFrom ?? sdk).GetPreSignedURLAsync(request);
    }

    /// <summary>A write of a whole object, signed and encrypted as the settings say.</summary>
    public PutObjectRequest Put(string name, Stream body)
    {
        var request = new PutObjectRequest
        {
            BucketName = Bucket, Key = KeyOf(name), InputStream = body, AutoCloseStream = false, UseChunkEncoding = false, DisablePayloadSigning = isEncrypted,
        };
        if (options.StorageClass.Length > 0)
        {
            request.StorageClass = new S3StorageClass(options.StorageClass);
        }

        (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption();
        if (isEncrypted && body.Length <= SmallBody && options.Checksums == S3Checksums.WhenRequired)
        {
            request.MD5Digest = Md5Of(body);
        }

        return request;
    }

    /// <summary>One part of a multipart upload.</summary>
    public UploadPartRequest Part(string name, string uploadId, int number, Stream body) => new()
    {
        BucketName = Bucket, Key = KeyOf(name), UploadId = uploadId, PartNumber = number, PartSize = body.Length, InputStream = body,
        // One shape that every server takes: the SHA-256 of the bytes over http; over https no second hash of what TLS protects already.
        UseChunkEncoding = false, DisablePayloadSigning = isEncrypted,
    };

    public InitiateMultipartUploadRequest Begin(string name)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = Bucket, Key = KeyOf(name) };
        if (options.StorageClass.Length > 0)
        {
            request.StorageClass = new S3StorageClass(options.StorageClass);
        }

        (request.ServerSideEncryptionMethod, request.ServerSideEncryptionKeyManagementServiceKeyId) = Encryption();
        return request;
    }

    public void Dispose()
    {
        sdk.Dispose();
        toDownloadFrom?.Dispose();
        connections.Dispose();
    }

    /// <summary>Exponential, with jitter over the whole of it: clients that failed together do not come back together.</summary>
    private static TimeSpan PauseAfter(int count, S3Problem problem)
    {
        var most = (problem == S3Problem.Throttled ? 400 : 100) << (count - 1);
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(most / 4, most));
    }

    private static AmazonS3Config Configure(S3Options options, string endpoint)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            // Tries are counted here: the SDK's own would multiply them.
            MaxErrorRetry = 0,
            ThrottleRetries = false,
            DisableLogging = true,
            RequestChecksumCalculation = options.Checksums == S3Checksums.WhenRequired ? RequestChecksumCalculation.WHEN_REQUIRED : RequestChecksumCalculation.WHEN_SUPPORTED,
            ResponseChecksumValidation = options.Checksums == S3Checksums.WhenRequired ? ResponseChecksumValidation.WHEN_REQUIRED : ResponseChecksumValidation.WHEN_SUPPORTED,
        };
        if (endpoint.Length > 0)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = options.Region.Length > 0 ? options.Region : "us-east-1";
        }
        else if (options.Region.Length > 0)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }

        if (options.Profile.Length > 0)
        {
            config.Profile = new Profile(options.Profile);
        }

        return config;
    }

    private (ServerSideEncryptionMethod? Method, string? Key) Encryption() => options.ServerSideEncryption switch
    {
        S3Encryption.AES256 => (ServerSideEncryptionMethod.AES256, null),
        S3Encryption.AwsKms => (ServerSideEncryptionMethod.AWSKMS, options.KmsKeyId.Length > 0 ? options.KmsKeyId : null),
        _ => (null, null),
    };

    /// <summary>Where nothing else covers the bytes on their way behind TLS, and it costs little: small objects are what the index leaves.</summary>
    private static string Md5Of(Stream body)
    {
#pragma warning disable CA5351 // The header has this name and no other; it is against accidents.
        var hash = MD5.HashData(body);
#pragma warning restore CA5351
        body.Position = 0;
        return Convert.ToBase64String(hash);
    }
}
