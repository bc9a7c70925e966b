using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Content;

/// <summary>Opens the staged bytes of an upload session for one request.</summary>
public sealed class UploadIntake(IBlobStore store)
{
    internal async ValueTask<StagedBytes> OpenAsync(UploadSessionRow row, OpenSession session, CancellationToken cancellationToken)
    {
        var key = StorageKey.Parse(row.StorageKey);
        return new StagedBytes(store, key, await store.OpenWriteAsync(key, row.Received, cancellationToken), session, row.Received);
    }
}

/// <summary>The bytes of one upload session, hashed while they flow into the blob store.</summary>
internal sealed class StagedBytes(IBlobStore store, StorageKey key, IBlobWriter writer, OpenSession session, long received) : IAsyncDisposable
{
    private const long HashBlock = 1024 * 1024;

    /// <summary>Bytes written, those of earlier requests included.</summary>
    public long Length { get; private set; } = received;

    /// <summary>Writes the whole body and returns its length in bytes. If it breaks off the running hash is forgotten.</summary>
    public async ValueTask<long> ReceiveAsync(PipeReader body, CancellationToken cancellationToken)
    {
        using var activity = StorageTelemetry.Source.StartActivity("blob store write");
        var before = Length;
        var hashing = session.Covers(Length);
        try
        {
            while (true)
            {
                var result = await body.ReadAsync(cancellationToken);
                foreach (var segment in result.Buffer)
                {
                    if (hashing)
                    {
                        session.Append(segment.Span);
                    }

                    await writer.WriteAsync(segment, cancellationToken);
                    Length += segment.Length;
                }

                body.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch
        {
            session.ForgetHash();
            throw;
        }

        StorageTelemetry.BytesReceived.Add(Length - before);
        return Length - before;
    }

    /// <summary>The digest of everything written: the running one, or, after a restart or in another algorithm, by reading it again.</summary>
    public async ValueTask<Digest> DigestAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken) =>
        algorithm == session.Algorithm && session.Covers(Length) ? session.CurrentDigest() : await RereadAsync(algorithm, cancellationToken);

    public ValueTask MakeDurableAsync(CancellationToken cancellationToken) => writer.SealAsync(cancellationToken);

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async Task<Digest> RereadAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await using var reader = await store.OpenReadAsync(key, cancellationToken) ?? throw new IOException($"The stored object {key} has gone.");
        using var hash = IncrementalHash.CreateHash(algorithm.Hash);
        var pipe = new Pipe();
        for (var offset = 0L; offset < Length; offset += HashBlock)
        {
            var count = Math.Min(HashBlock, Length - offset);
            var copy = reader.CopyToAsync(pipe.Writer, offset, count, cancellationToken);
            for (var left = count; left > 0;)
            {
                var result = await pipe.Reader.ReadAsync(cancellationToken);
                foreach (var segment in result.Buffer)
                {
                    hash.AppendData(segment.Span);
                }

                left -= result.Buffer.Length;
                pipe.Reader.AdvanceTo(result.Buffer.End);
            }

            await copy;
        }

        return Digest.FromHash(algorithm, hash.GetCurrentHash());
    }
}
