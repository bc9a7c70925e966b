using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Registry.Storage.Buckets;

/// <summary>What a look at the bucket has shown, and what to do about it.</summary>
public readonly record struct S3Finding(S3Severity Severity, string Message);

public enum S3Severity
{
    /// <summary>It works, and something is to be known.</summary>
    Warning,

    /// <summary>The registry cannot work with it.</summary>
    Error,
}

/// <summary>
/// Tries everything that the registry will do with the bucket, on objects of its own below the prefix, and removes them. Finds as much as it can
/// at once: one missing right does not hide another.
/// </summary>
public sealed class S3Check : IDisposable
{
    private static readonly TimeSpan LargeSkew = TimeSpan.FromMinutes(1);

    private readonly List<S3Finding> findings = [];
    private readonly DateHandler dates = new();
    private readonly S3Client client;
    private readonly string name = $"check/{Guid.NewGuid():N}";

    private S3Check(S3Options options) => client = new S3Client(options, dates.Wrap);

    /// <summary>Empty: everything is as it should be.</summary>
    public static async Task<IReadOnlyList<S3Finding>> RunAsync(S3Options options, CancellationToken cancellationToken)
    {
        S3Check check;
        try
        {
            check = new S3Check(options);
        }
        catch (AmazonClientException e)
        {
            return [new S3Finding(S3Severity.Error, $"There is no client for the bucket: {e.Message} Set Registry:Storage:S3:Region, or Endpoint.")];
        }

        using (check)
        {
            return await check.RunAsync(cancellationToken);
        }
    }

    public void Dispose() => client.Dispose();

    private async Task<IReadOnlyList<S3Finding>> RunAsync(CancellationToken cancellationToken)
    {
        if (!await TryAsync("list objects", "s3:ListBucket", token => client.ListAsync("check/", null, null, token).FirstOrDefaultAsync(token).AsTask(), cancellationToken)
            && findings.Any(f => f.Severity == S3Severity.Error && !IsDenied(f)))
        {
            // Without a server, a bucket or keys everything else would only say the same.
            return findings;
        }

        CheckClock();
        if (await TryAsync("write objects", "s3:PutObject", token => PutAsync(PutCondition.Always, token), cancellationToken))
        {
            await TryAsync("read objects", "s3:GetObject", ReadAsync, cancellationToken);
            await CheckConditionAsync(cancellationToken);
            await TryAsync("delete objects", "s3:DeleteObject", DeleteAsync, cancellationToken);
        }

        await CheckMultipartAsync(cancellationToken);
        await CheckVersioningAsync(cancellationToken);
        return findings;
    }

    private async Task<bool> TryAsync(string what, string right, Func<CancellationToken, Task> request, CancellationToken cancellationToken)
    {
        try
        {
            await request(cancellationToken);
            return true;
        }
        catch (S3Failure e)
        {
            Add(S3Severity.Error, e.Problem == S3Problem.Denied ? $"{Denied} to {what} below '{client.Options.NamePrefix}' in the bucket '{client.Bucket}': grant {right}, see docs/s3.md." : e.Message);
            return false;
        }
    }

    private const string Denied = "There is no right";

    private static bool IsDenied(S3Finding finding) => finding.Message.StartsWith(Denied, StringComparison.Ordinal);

    private void CheckClock()
    {
        if (dates.Skew is { } skew && skew.Duration() > LargeSkew)
        {
            Add(S3Severity.Warning, $"The clock of this machine is {skew.Duration():hh\\:mm\\:ss} {(skew > TimeSpan.Zero ? "ahead of" : "behind")} the server's. Beyond 15 minutes it refuses every request: set the clock.");
        }
    }

    private Task<bool> PutAsync(PutCondition condition, CancellationToken cancellationToken) => client.CallAsync(
        $"Writing {name}",
        async (s3, token) =>
        {
            using var body = new MemoryStream("check"u8.ToArray());
            var request = client.Put(name, body);
            request.IfNoneMatch = condition == PutCondition.OnlyIfNew ? "*" : null;
            await s3.PutObjectAsync(request, token);
            return true;
        },
        cancellationToken);

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        using var range = await ObjectRange.OpenAsync(client, name, 1, 3, cancellationToken);
        using var copy = new MemoryStream();
        await (range?.Body ?? Stream.Null).CopyToAsync(copy, cancellationToken);
        if (!copy.ToArray().AsSpan().SequenceEqual("hec"u8))
        {
            Add(S3Severity.Error, "An object that was just written was not read back as it is. The registry needs a server whose reads see every write, and that knows Range.");
        }
    }

    private async Task CheckConditionAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PutAsync(PutCondition.OnlyIfNew, cancellationToken);
            AddUnconditional();
        }
        catch (S3Failure e) when (e.Problem == S3Problem.NotSupported)
        {
            AddUnconditional();
        }
        catch (S3Failure e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict })
        {
            // As it should be.
        }
        catch (S3Failure e)
        {
            Add(S3Severity.Error, e.Message);
        }
    }

    private void AddUnconditional() => Add(
        S3Severity.Warning,
        "The server does not know conditional writes (If-None-Match). Only one registry may ever run on this bucket and prefix, and nothing keeps a second one away: see to it yourself, and run no standby.");

    private async Task DeleteAsync(CancellationToken cancellationToken)
    {
        if ((await client.DeleteAsync([name], cancellationToken)).Count == 0)
        {
            throw new S3Failure(S3Problem.Denied, "The object was not deleted.");
        }
    }

    private async Task CheckMultipartAsync(CancellationToken cancellationToken)
    {
        string? id = null;
        await TryAsync(
            "begin multipart uploads", "s3:PutObject",
            async token => id = await client.CallAsync($"Beginning {name}", async (s3, inner) => (await s3.InitiateMultipartUploadAsync(client.Begin(name), inner)).UploadId, token),
            cancellationToken);
        if (id is null)
        {
            return;
        }

        await TryAsync("list multipart uploads", "s3:ListBucketMultipartUploads", token => client.ListUploadsAsync(name, null, token).FirstOrDefaultAsync(token).AsTask(), cancellationToken);
        await TryAsync("abort multipart uploads", "s3:AbortMultipartUpload", token => client.AbortAsync(name, id, token), cancellationToken);
    }

    private async Task CheckVersioningAsync(CancellationToken cancellationToken)
    {
        try
        {
            var versioning = await client.CallAsync(
                "Asking for versioning", (s3, token) => s3.GetBucketVersioningAsync(new GetBucketVersioningRequest { BucketName = client.Bucket }, token), cancellationToken);
            if (versioning.VersioningConfig?.Status == VersionStatus.Enabled)
            {
                Add(S3Severity.Warning, $"Versioning of the bucket '{client.Bucket}' is on: what the registry deletes goes on being stored, and paid for. Suspend it, or let a lifecycle rule expire noncurrent versions.");
            }
        }
        catch (S3Failure)
        {
            // A right that the registry does not need, or a server without versions.
        }
    }

    private void Add(S3Severity severity, string message) => findings.Add(new S3Finding(severity, message));

    /// <summary>Remembers by how much the server's clock differs from ours.</summary>
    private sealed class DateHandler
    {
        public TimeSpan? Skew { get; private set; }

        public HttpMessageHandler Wrap(HttpMessageHandler inner) => new Handler(this, inner);

        private sealed class Handler(DateHandler dates, HttpMessageHandler inner) : DelegatingHandler(inner)
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                var response = await base.SendAsync(request, cancellationToken);
                dates.Skew = TimeProvider.System.GetUtcNow() - response.Headers.Date ?? dates.Skew;
                return response;
            }
        }
    }
}
