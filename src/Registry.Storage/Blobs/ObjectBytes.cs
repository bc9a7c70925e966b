using System.IO.Pipelines;
using System.Security.Cryptography;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>The bytes of a stored object, block by block.</summary>
internal static class ObjectBytes
{
    /// <summary>Gives the range that the reader was opened with to <paramref name="take"/>, in order.</summary>
    /// <exception cref="EndOfStreamException">The object is shorter than that.</exception>
    public static async Task ReadAsync(IBlobReader reader, Func<ReadOnlyMemory<byte>, ValueTask> take, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        var copy = CopyAsync(reader, pipe.Writer, cancellationToken);
        try
        {
            while (true)
            {
                var result = await pipe.Reader.ReadAsync(cancellationToken);
                foreach (var block in result.Buffer)
                {
                    await take(block);
                }

                pipe.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        finally
        {
            // Where taking them failed, the copy ends at its next flush.
            await pipe.Reader.CompleteAsync();
            await copy;
        }
    }

    /// <summary>The digest of the range that the reader was opened with.</summary>
    /// <exception cref="EndOfStreamException">The object is shorter than that.</exception>
    public static async Task<Digest> HashAsync(IBlobReader reader, DigestAlgorithm algorithm, Func<int, ValueTask> paced, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(algorithm.Hash);
        await ReadAsync(
            reader,
            async block =>
            {
                await paced(block.Length);
                hash.AppendData(block.Span);
            },
            cancellationToken);
        return Digest.FromHash(algorithm, hash.GetCurrentHash());
    }

    /// <summary>Completes the pipe however it ends, so that whoever reads it does not wait for ever.</summary>
    private static async Task CopyAsync(IBlobReader from, PipeWriter to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
            await to.CompleteAsync();
        }
        catch (Exception e)
        {
            await to.CompleteAsync(e);
        }
    }
}
