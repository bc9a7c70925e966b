using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Registry.Storage.Buckets;

/// <summary>The requests that more than one place makes.</summary>
internal static class S3Requests
{
    /// <summary>What S3 takes at once in a list or a delete.</summary>
    public const int PageSize = 1000;

    /// <summary>Bytes of an object, by HEAD; null if there is none.</summary>
    public static async Task<long?> FindLengthAsync(this AmazonS3Client s3, S3Client client, string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await s3.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = client.Bucket, Key = client.KeyOf(name) }, cancellationToken)).ContentLength;
        }
        catch (AmazonS3Exception e) when (IsNoObject(e))
        {
            return null;
        }
    }

    /// <summary>Asks whether the bucket is there and may be used.</summary>
    /// <exception cref="S3Failure">It is not, or may not.</exception>
    public static Task RequireBucketAsync(this S3Client client, CancellationToken cancellationToken) =>
        client.TryAsync(
            "Looking for the bucket",
            async (s3, token) =>
            {
                try
                {
                    return await s3.HeadBucketAsync(new HeadBucketRequest { BucketName = client.Bucket }, token);
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
                {
                    // An answer to HEAD has no body, and so no code.
                    throw S3Problems.NoBucket(client.Options, e);
                }
            },
            cancellationToken);

    /// <summary>No such object, as opposed to no such bucket. A HEAD has no body to say which: then it is the object.</summary>
    public static bool IsNoObject(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket";

    /// <summary>Gives a multipart upload up; one that is not there any more is what was wanted.</summary>
    public static Task AbortAsync(this S3Client client, string name, string uploadId, CancellationToken cancellationToken) =>
        client.CallAsync(
            $"Aborting the upload of {name}",
            async (s3, token) =>
            {
                try
                {
                    return (object)await s3.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = client.Bucket, Key = client.KeyOf(name), UploadId = uploadId }, token);
                }
                catch (AmazonS3Exception e) when (IsNoObject(e))
                {
                    return e;
                }
            },
            cancellationToken);

    /// <summary>Objects by name, page by page as they are asked for.</summary>
    /// <param name="beforePage">Awaited before each request.</param>
    public static async IAsyncEnumerable<BucketObject> ListAsync(
        this S3Client client, string prefix, string? after, Func<CancellationToken, ValueTask>? beforePage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? continuation = null;
        do
        {
            if (beforePage is not null)
            {
                await beforePage(cancellationToken);
            }

            var token = continuation;
            var page = await client.CallAsync(
                $"Listing {prefix}",
                (s3, inner) => s3.ListObjectsV2Async(
                    new ListObjectsV2Request
                    {
                        BucketName = client.Bucket, Prefix = client.KeyOf(prefix), MaxKeys = PageSize,
                        ContinuationToken = token, StartAfter = token is null && after is not null ? client.KeyOf(after) : null,
                    },
                    inner),
                cancellationToken);
            foreach (var one in page.S3Objects ?? [])
            {
                yield return new BucketObject(client.NameOf(one.Key), one.Size ?? 0);
            }

            continuation = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (continuation is not null);
    }

    /// <summary>Multipart uploads that are neither completed nor aborted: name of the object, and id.</summary>
    public static async IAsyncEnumerable<(string Name, string Id)> ListUploadsAsync(
        this S3Client client, string prefix, Func<CancellationToken, ValueTask>? beforePage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (keyMarker, idMarker, isTruncated) = ((string?)null, (string?)null, true);
        while (isTruncated)
        {
            if (beforePage is not null)
            {
                await beforePage(cancellationToken);
            }

            var (key, id) = (keyMarker, idMarker);
            var page = await client.CallAsync(
                $"Listing uploads of {prefix}",
                (s3, inner) => s3.ListMultipartUploadsAsync(
                    new ListMultipartUploadsRequest { BucketName = client.Bucket, Prefix = client.KeyOf(prefix), MaxUploads = PageSize, KeyMarker = key, UploadIdMarker = id }, inner),
                cancellationToken);
            foreach (var one in page.MultipartUploads ?? [])
            {
                yield return (client.NameOf(one.Key), one.UploadId);
            }

            (keyMarker, idMarker, isTruncated) = (page.NextKeyMarker, page.NextUploadIdMarker, page.IsTruncated == true);
        }
    }

    /// <summary>Deletes objects, 1,000 a request, and returns the names that are gone; why others are not nobody asks.</summary>
    public static async Task<IReadOnlyList<string>> DeleteAsync(this S3Client client, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var gone = new List<string>(names.Count);
        foreach (var some in names.Chunk(PageSize))
        {
            var response = await client.CallAsync(
                $"Deleting {some.Length} objects",
                async (s3, token) =>
                {
                    try
                    {
                        var request = new DeleteObjectsRequest { BucketName = client.Bucket, Objects = [.. some.Select(name => new KeyVersion { Key = client.KeyOf(name) })] };
                        return await s3.DeleteObjectsAsync(request, token);
                    }
                    catch (DeleteObjectsException e)
                    {
                        // Some of them: the answer says which.
                        return e.Response;
                    }
                },
                cancellationToken);
            gone.AddRange((response.DeletedObjects ?? []).Select(deleted => client.NameOf(deleted.Key)));
        }

        return gone;
    }
}
