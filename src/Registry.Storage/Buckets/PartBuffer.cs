namespace Registry.Storage.Buckets;

/// <summary>The bytes of one part in memory, in blocks. Disposing gives the memory back.</summary>
internal sealed class PartBuffer(UploadMemory memory, long size) : IDisposable
{
    private readonly List<byte[]> blocks = [];
    private long takenForBeginning;
    private long takenForRest;

    /// <summary>Bytes that are in it.</summary>
    public long Length { get; private set; }

    public bool IsFull => Length == size;

    /// <summary>Takes as many bytes as fit and returns how many that were. Waits for memory.</summary>
    public async ValueTask<int> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var count = (int)Math.Min(bytes.Length, size - Length);
        await TakeForAsync(Length + count, cancellationToken);
        for (var done = 0; done < count;)
        {
            var at = (int)(Length % UploadMemory.BlockSize);
            if (at == 0)
            {
                blocks.Add(memory.Rent());
            }

            var some = Math.Min(count - done, UploadMemory.BlockSize - at);
            bytes.Span.Slice(done, some).CopyTo(blocks[^1].AsSpan(at));
            done += some;
            Length += some;
        }

        return count;
    }

    /// <summary>To be read while this lives; each try to send it takes a new one.</summary>
    public Stream OpenRead() => new BlockStream(blocks, Length);

    public void Dispose()
    {
        foreach (var block in blocks)
        {
            memory.Return(block);
        }

        blocks.Clear();
        memory.Give(takenForBeginning, takenForRest);
        (takenForBeginning, takenForRest, Length) = (0, 0, 0);
    }

    private async ValueTask TakeForAsync(long length, CancellationToken cancellationToken)
    {
        if (takenForBeginning == 0 && length > 0)
        {
            await memory.TakeBeginningAsync(cancellationToken);
            takenForBeginning = UploadMemory.BlockSize;
        }

        if (takenForRest == 0 && length > UploadMemory.BlockSize)
        {
            await memory.TakeRestOfPartAsync(size - UploadMemory.BlockSize, cancellationToken);
            takenForRest = size - UploadMemory.BlockSize;
        }
    }
}
