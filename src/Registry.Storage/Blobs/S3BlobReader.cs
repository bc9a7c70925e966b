using System.IO.Pipelines;
using Registry.Storage.Buckets;

namespace Registry.Storage.Blobs;

/// <summary>Streams a range of an object through. A connection that breaks is gone on with where it broke.</summary>
internal sealed class S3BlobReader(S3Client client, string name, BlobRange range, ObjectRange? opened, long length) : IBlobReader
{
    private const int BlockSize = 128 * 1024;
    private const int Reopenings = 4;

    private ObjectRange? opened = opened;

    public long Length { get; } = length;

    public async ValueTask CopyToAsync(PipeWriter destination, CancellationToken cancellationToken)
    {
        if (range.Offset + range.Count > Length)
        {
            throw new EndOfStreamException($"The stored object has {Length} bytes; {range.Count} from {range.Offset} on were asked for.");
        }

        var (offset, left, reopenings) = (range.Offset, range.Count, 0);
        while (left > 0)
        {
            var block = destination.GetMemory((int)Math.Min(BlockSize, left));
            int read;
            try
            {
                opened ??= await ObjectRange.OpenAsync(client, name, offset, left, cancellationToken) ?? throw new EndOfStreamException($"The stored object has gone at {offset}.");
                read = await opened.Body.ReadAsync(block[..(int)Math.Min(block.Length, left)], cancellationToken);
            }
            catch (S3Failure e) when (e.IsTemporary && reopenings++ < Reopenings)
            {
                opened?.Dispose();
                opened = null;
                continue;
            }

            if (read == 0)
            {
                throw new EndOfStreamException($"The stored object ends at {offset}, {left} bytes before the range that was asked for.");
            }

            destination.Advance(read);
            offset += read;
            left -= read;
            var flush = await destination.FlushAsync(cancellationToken);
            if (flush.IsCompleted || flush.IsCanceled)
            {
                return;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        opened?.Dispose();
        return ValueTask.CompletedTask;
    }
}
