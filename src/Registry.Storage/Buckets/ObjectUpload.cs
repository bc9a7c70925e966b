using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Registry.Storage.Buckets;

/// <summary>A part that the server has. Size is in bytes.</summary>
internal sealed record UploadedPart(string ETag, long Size);

/// <summary>A multipart upload as far as the server has it: what another process needs to go on with it.</summary>
internal sealed record OpenUpload(string Id, IReadOnlyList<UploadedPart> Parts)
{
    /// <summary>Bytes in its parts.</summary>
    public long Length => Parts.Sum(part => part.Size);
}

/// <summary>
/// Writes one object of any size as its bytes come: as one PutObject if it ends within the first part, else as a multipart upload whose parts are sent
/// beside each other, as far as the upload's memory goes. For one caller at a time.
/// </summary>
internal sealed class ObjectUpload : IAsyncDisposable
{
    private readonly S3Client client;
    private readonly UploadMemory memory;
    private readonly string name;
    private readonly List<UploadedPart> parts = [];
    private readonly Queue<SentPart> sent = new();
    // Without a timer and without links it has nothing to dispose of.
    private readonly CancellationTokenSource ended = new();
    private PartBuffer? current;
    private string? uploadId;

    /// <param name="client">Where to.</param>
    /// <param name="memory">Of all uploads.</param>
    /// <param name="name">Of the object.</param>
    /// <param name="begun">To go on with; null begins at the first byte.</param>
    public ObjectUpload(S3Client client, UploadMemory memory, string name, OpenUpload? begun = null)
    {
        this.client = client;
        this.memory = memory;
        this.name = name;
        uploadId = begun?.Id;
        parts.AddRange(begun?.Parts ?? []);
        Length = begun?.Length ?? 0;
    }

    /// <summary>Bytes written, those that it began with included.</summary>
    public long Length { get; private set; }

    /// <summary>Whether the server has parts of it; until then it is all in memory.</summary>
    public bool IsMultipart => uploadId is not null;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            current ??= await NextAsync(cancellationToken);
            var count = await current.AppendAsync(bytes, cancellationToken);
            Length += count;
            bytes = bytes[count..];
            // A full part is sent when more comes: an object of exactly one part is one PutObject.
            if (current.IsFull && bytes.Length > 0)
            {
                await SendAsync(cancellationToken);
            }
        }
    }

    /// <summary>Waits until the server has all parts that are full; the rest is the tail.</summary>
    public async Task<OpenUpload?> SettleAsync(CancellationToken cancellationToken)
    {
        while (sent.Count > 0)
        {
            await ReceiveAsync(cancellationToken);
        }

        return uploadId is { } id ? new OpenUpload(id, [.. parts]) : null;
    }

    /// <summary>What is not in a part yet.</summary>
    public Stream OpenTail() => current?.OpenRead() ?? Stream.Null;

    /// <summary>Writes an object that fits into memory in one request.</summary>
    /// <returns>False, under a condition only: it does not hold, or the server does not know conditions.</returns>
    public Task<bool> PutAsync(PutCondition condition, CancellationToken cancellationToken) =>
        client.CallAsync(
            $"Writing {name}",
            async (s3, token) =>
            {
                using var body = OpenTail();
                var request = client.Put(name, body);
                request.IfNoneMatch = condition == PutCondition.OnlyIfNew ? "*" : null;
                try
                {
                    await s3.PutObjectAsync(request, token);
                    return true;
                }
                catch (AmazonS3Exception e) when (condition == PutCondition.OnlyIfNew
                    && e.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict or HttpStatusCode.NotImplemented)
                {
                    return false;
                }
            },
            cancellationToken);

    /// <summary>Sends the rest and makes the parts one object.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (current is { Length: > 0 })
        {
            await SendAsync(cancellationToken);
        }

        var upload = await SettleAsync(cancellationToken) ?? throw new InvalidOperationException($"{name} has no parts.");
        await client.CallAsync(
            $"Completing {name}",
            async (s3, token) =>
            {
                var request = new CompleteMultipartUploadRequest { BucketName = client.Bucket, Key = client.KeyOf(name), UploadId = upload.Id };
                request.PartETags = [.. upload.Parts.Select((part, i) => new PartETag(i + 1, part.ETag))];
                try
                {
                    await s3.CompleteMultipartUploadAsync(request, token);
                }
                catch (AmazonS3Exception e) when (e.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.ServiceUnavailable))
                {
                    // An earlier try may have taken effect although its answer was lost; the object then has all bytes.
                    if (await s3.FindLengthAsync(client, name, token) != Length)
                    {
                        throw;
                    }
                }

                return true;
            },
            cancellationToken);
        uploadId = null;
    }

    /// <summary>Gives the parts up; what the server still has of them nobody can read.</summary>
    public async Task AbortAsync(CancellationToken cancellationToken)
    {
        await EndSentAsync();
        if (uploadId is { } id)
        {
            await client.AbortAsync(name, id, cancellationToken);
            uploadId = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndSentAsync();
        current?.Dispose();
        current = null;
    }

    private async Task<PartBuffer> NextAsync(CancellationToken cancellationToken)
    {
        var number = parts.Count + sent.Count + 1;
        if (number > PartSizes.MostParts)
        {
            throw new S3Failure(S3Problem.Other, $"Writing {name}: it has more than the {PartSizes.MostParts} parts that S3 takes.");
        }

        var size = PartSizes.SizeOf(number, memory.PerUpload);
        while (sent.Count > 0 && sent.Sum(part => part.Size) + size > memory.PerUpload)
        {
            await ReceiveAsync(cancellationToken);
        }

        return new PartBuffer(memory, size);
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        uploadId ??= await client.CallAsync(
            $"Beginning {name}", async (s3, token) => (await s3.InitiateMultipartUploadAsync(client.Begin(name), token)).UploadId, cancellationToken);
        var buffer = current!;
        current = null;
        var number = parts.Count + sent.Count + 1;
        sent.Enqueue(new SentPart(buffer.Length, SendAsync(number, buffer, uploadId)));
    }

    private async Task<UploadedPart> SendAsync(int number, PartBuffer buffer, string id)
    {
        using (buffer)
        {
            var etag = await client.CallAsync(
                $"Writing part {number} of {name}",
                async (s3, token) =>
                {
                    using var body = buffer.OpenRead();
                    return (await s3.UploadPartAsync(client.Part(name, id, number, body), token)).ETag;
                },
                ended.Token);
            return new UploadedPart(etag, buffer.Length);
        }
    }

    /// <summary>Takes the oldest part that is on its way.</summary>
    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        parts.Add(await sent.Peek().Done.WaitAsync(cancellationToken));
        sent.Dequeue();
    }

    private async Task EndSentAsync()
    {
        await ended.CancelAsync();
        foreach (var part in sent)
        {
            // Its buffer is given back when it has ended.
            await part.Done.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        sent.Clear();
    }

    private sealed record SentPart(long Size, Task<UploadedPart> Done);
}

/// <summary>When an object is written.</summary>
internal enum PutCondition
{
    Always,
    OnlyIfNew,
}
