using System.Globalization;
using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Registry.Storage.Buckets;

/// <summary>A GET of some bytes of an object. Disposing ends it.</summary>
/// <param name="Body">The bytes; fewer than asked for where the object ends before.</param>
/// <param name="ObjectLength">Bytes of the whole object.</param>
internal sealed record ObjectRange(Stream Body, long ObjectLength) : IDisposable
{
    /// <summary>Null: there is no such object. One request, without a HEAD before it: the answer says how long the object is.</summary>
    public static Task<ObjectRange?> OpenAsync(S3Client client, string name, long offset, long count, CancellationToken cancellationToken) =>
        client.CallAsync(
            $"Reading {name}",
            async (s3, token) =>
            {
                try
                {
                    // Always a range: for a whole object of one PutObject the SDK would compute an MD5 that nobody asked for.
                    var request = new GetObjectRequest { BucketName = client.Bucket, Key = client.KeyOf(name), ByteRange = new ByteRange(offset, offset + count - 1) };
                    return Open(client, name, offset, await s3.GetObjectAsync(request, token));
                }
                catch (AmazonS3Exception e) when (S3Requests.IsNoObject(e))
                {
                    return null;
                }
                catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
                {
                    return await s3.FindLengthAsync(client, name, token) is { } length ? new ObjectRange(Stream.Null, length) : null;
                }
            },
            cancellationToken);

    public void Dispose() => Body.Dispose();

    private static ObjectRange Open(S3Client client, string name, long offset, GetObjectResponse response)
    {
        var doing = $"Reading {name}";
        if (response.ContentRange is { Length: > 0 } range && long.TryParse(range.AsSpan(range.LastIndexOf('/') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
        {
            return new ObjectRange(new S3ReadStream(response, doing, client.Options), whole);
        }

        if (offset == 0)
        {
            return new ObjectRange(new S3ReadStream(response, doing, client.Options), response.ContentLength);
        }

        response.Dispose();
        throw new S3Failure(S3Problem.NotSupported, $"{doing}: the server does not know Range.");
    }
}
