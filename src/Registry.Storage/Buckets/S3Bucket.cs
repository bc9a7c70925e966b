using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Registry.Storage.Buckets;

/// <summary>A bucket of an S3 server.</summary>
internal sealed class S3Bucket(S3Client client, UploadMemory memory) : IBucket
{
    private const int BlockSize = 128 * 1024;
    private const int ConflictTries = 5;

    public async Task<bool> TryAddAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        for (var count = 1; ; count++)
        {
            try
            {
                return await client.CallAsync($"Adding {name}", (s3, token) => TryAddAsync(s3, name, bytes, token), cancellationToken);
            }
            catch (S3Failure e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.Conflict } && count < ConflictTries)
            {
                // Another write of this name was under way, and nobody has said yet which of the two there is.
            }
        }
    }

    public Task PutAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        client.CallAsync(
            $"Writing {name}",
            async (s3, token) =>
            {
                using var body = new MemoryStream(bytes.ToArray(), writable: false);
                return await s3.PutObjectAsync(client.Put(name, body), token);
            },
            cancellationToken);

    public async Task UploadAsync(string name, Stream bytes, CancellationToken cancellationToken)
    {
        await using var upload = new ObjectUpload(client, memory, name);
        try
        {
            var block = new byte[BlockSize];
            int count;
            while ((count = await bytes.ReadAsync(block, cancellationToken)) > 0)
            {
                await upload.WriteAsync(block.AsMemory(0, count), cancellationToken);
            }

            if (upload.IsMultipart)
            {
                await upload.CompleteAsync(cancellationToken);
            }
            else
            {
                await upload.PutAsync(PutCondition.Always, cancellationToken);
            }
        }
        catch
        {
            await AbortAsync(upload);
            throw;
        }
    }

    public async Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        var response = await client.CallAsync(
            $"Reading {name}",
            async (s3, token) =>
            {
                try
                {
                    return await s3.GetObjectAsync(new GetObjectRequest { BucketName = client.Bucket, Key = client.KeyOf(name) }, token);
                }
                catch (AmazonS3Exception e) when (S3Requests.IsNoObject(e))
                {
                    return null;
                }
            },
            cancellationToken);
        return response is null ? null : new S3ReadStream(response, length: null, $"Reading {name}", client.Options);
    }

    public IAsyncEnumerable<BucketObject> ListAsync(string prefix, string? after, CancellationToken cancellationToken) =>
        client.ListAsync(prefix, after, beforePage: null, cancellationToken);

    public Task<IReadOnlyList<string>> DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) => client.DeleteAsync(names, cancellationToken);

    private async Task<bool> TryAddAsync(AmazonS3Client s3, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream(bytes.ToArray(), writable: false);
        var request = client.Put(name, body);
        request.IfNoneMatch = "*";
        try
        {
            await s3.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    /// <summary>What broke off is the error to tell; what stays of it the reconcile finds.</summary>
    private static async Task AbortAsync(ObjectUpload upload)
    {
        try
        {
            await upload.AbortAsync(CancellationToken.None);
        }
        catch (IOException)
        {
        }
    }
}
