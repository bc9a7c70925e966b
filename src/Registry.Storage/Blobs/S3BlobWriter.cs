using Amazon.S3;
using Registry.Storage.Buckets;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>
/// Writes a stored object to where it stays. What fits into the first part is one PutObject, at the end of the request; more is a multipart upload,
/// with a tail beside it between two requests. Nothing is asked of the bucket before there is something to write.
/// </summary>
internal sealed class S3BlobWriter(S3Client client, UploadMemory memory, KnownUploads known, StorageKey key, StagedUpload? begun, long offset) : IBlobWriter
{
    private const int CopyBlock = 64 * 1024;

    private static readonly TimeSpan LongestAbort = TimeSpan.FromSeconds(5);

    private readonly string name = key.ToString();
    private ObjectUpload? upload;
    private bool isKept;
    private bool mayCompleteLate;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > 0)
        {
            upload ??= await BeginAsync(cancellationToken);
            await WatchAsync(() => upload.WriteAsync(bytes, cancellationToken).AsTask());
        }
    }

    public async ValueTask SaveAsync(CancellationToken cancellationToken)
    {
        if (upload is null)
        {
            return;
        }

        if (!upload.IsMultipart)
        {
            await PutWholeAsync(upload, cancellationToken);
        }
        else
        {
            await WatchAsync(() => PutTailAsync(upload, cancellationToken));
        }

        isKept = true;
    }

    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (upload is null && begun is { Open: null } && begun.Length == offset)
        {
            // The last request has written it whole, and this one brought nothing.
            return;
        }

        upload ??= await BeginAsync(cancellationToken);
        if (!upload.IsMultipart)
        {
            await PutWholeAsync(upload, cancellationToken);
        }
        else
        {
            mayCompleteLate = true;
            await WatchAsync(() => upload.CompleteAsync(cancellationToken));
            known.Remember(key, new StagedUpload(upload.Length, Open: null));
        }

        isKept = true;
        if (begun?.Open is not null)
        {
            await DropTailsAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (upload is null)
        {
            return;
        }

        if (!isKept && upload.IsMultipart && begun?.Open is null && !await TryAbortAsync(upload) && mayCompleteLate)
        {
            // The server may still make an object of it, over what the next request writes under this key.
            known.Remember(key, StagedUpload.Lost);
        }

        await upload.DisposeAsync();
    }

    private async Task<ObjectUpload> BeginAsync(CancellationToken cancellationToken)
    {
        var next = new ObjectUpload(client, memory, name, begun?.Open);
        try
        {
            if (begun?.Open is { } open)
            {
                using var tail = await ObjectRange.OpenAsync(client, TailObject.NameOf(key, offset), 0, TailObject.LongestTail, cancellationToken) ?? throw Gone();
                await using var buffered = new BufferedStream(tail.Body, CopyBlock);
                await TailObject.ReadHeadAsync(buffered, cancellationToken);
                await CopyAsync(buffered, next, offset - open.Length, cancellationToken);
            }
            else if (offset > 0)
            {
                using var whole = await ObjectRange.OpenAsync(client, name, 0, offset, cancellationToken) ?? throw Gone();
                await CopyAsync(whole.Body, next, offset, cancellationToken);
            }

            return next;
        }
        catch
        {
            await using (next)
            {
                if (begun?.Open is null && next.IsMultipart)
                {
                    await TryAbortAsync(next);
                }
            }

            throw;
        }
    }

    private static async Task CopyAsync(Stream from, ObjectUpload to, long count, CancellationToken cancellationToken)
    {
        var block = new byte[CopyBlock];
        while (count > 0)
        {
            var read = await from.ReadAsync(block.AsMemory(0, (int)Math.Min(block.Length, count)), cancellationToken);
            if (read == 0)
            {
                throw new EndOfStreamException($"What was staged ends {count} bytes too early.");
            }

            await to.WriteAsync(block.AsMemory(0, read), cancellationToken);
            count -= read;
        }
    }

    /// <summary>
    /// The first write of a key is conditional: one that the server does late, after its answer was given up, cannot replace what was written since.
    /// Later ones are not, so if one of them may still be done late, the key is given up.
    /// </summary>
    private async Task PutWholeAsync(ObjectUpload whole, CancellationToken cancellationToken)
    {
        if (begun is not null || !await whole.PutAsync(PutCondition.OnlyIfNew, cancellationToken))
        {
            try
            {
                await whole.PutAsync(PutCondition.Always, cancellationToken);
            }
            catch (Exception e) when (e is OperationCanceledException or S3Failure { IsTemporary: true })
            {
                known.Remember(key, StagedUpload.Lost);
                throw;
            }
        }

        known.Remember(key, new StagedUpload(whole.Length, Open: null));
    }

    private async Task PutTailAsync(ObjectUpload parts, CancellationToken cancellationToken)
    {
        var open = (await parts.SettleAsync(cancellationToken))!;
        var head = TailObject.HeadOf(open);
        var tailName = TailObject.NameOf(key, parts.Length);
        await client.CallAsync(
            $"Writing {tailName}",
            async (s3, token) =>
            {
                using var body = new HeadedStream(head, parts.OpenTail());
                return await s3.PutObjectAsync(client.Put(tailName, body), token);
            },
            cancellationToken);
        known.Remember(key, new StagedUpload(parts.Length, open, begun?.Open is null ? null : offset));
        if (begun?.EarlierTail is { } earlier)
        {
            await TryAsync(token => client.DeleteAsync([TailObject.NameOf(key, earlier)], token));
        }
    }

    private Task<bool> DropTailsAsync() => TryAsync(async token =>
        await client.DeleteAsync(await client.ListAsync(TailObject.PrefixOf(key), after: null, beforePage: null, token).Select(o => o.Name).ToListAsync(token), token));

    /// <summary>What a failed abort leaves, the comparison with the index finds.</summary>
    private static Task<bool> TryAbortAsync(ObjectUpload upload) => TryAsync(upload.AbortAsync);

    private static async Task<bool> TryAsync(Func<CancellationToken, Task> work)
    {
        using var limit = new CancellationTokenSource(LongestAbort, TimeProvider.System);
        try
        {
            await work(limit.Token);
            return true;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The comparison with the index finds what is left.
            return false;
        }
    }

    /// <summary>An upload that the server does not know any more, or has parts of that it insists on, cannot be gone on with.</summary>
    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (S3Failure e) when (e.InnerException is AmazonS3Exception { ErrorCode: "NoSuchUpload" or "InvalidPart" or "InvalidPartOrder" or "EntityTooSmall" })
        {
            known.Remember(key, StagedUpload.Lost);
            throw;
        }
    }

    private S3Failure Gone()
    {
        known.Remember(key, StagedUpload.Lost);
        return new S3Failure(S3Problem.Other, $"What was staged of {name} has gone.");
    }
}
