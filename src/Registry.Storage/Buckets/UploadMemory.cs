using System.Collections.Concurrent;

namespace Registry.Storage.Buckets;

/// <summary>
/// The memory of all uploads. An upload begins with one block out of a share for beginners, and takes the rest of a whole part at once from the
/// other share when it outgrows that: who fills a part never waits for memory, so nobody waits for somebody who waits for him.
/// </summary>
internal sealed class UploadMemory
{
    /// <summary>Bytes.</summary>
    public const int BlockSize = 256 * 1024;

    // Slow clients have it then; whoever waits had better come back later than hold a connection.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly MemoryBudget beginnings;
    private readonly MemoryBudget parts;
    private readonly ConcurrentBag<byte[]> idle = [];
    private readonly int mostIdle;

    public UploadMemory(S3Options options)
    {
        PerUpload = options.UploadMemory;
        var forBeginnings = Math.Max(BlockSize, options.TotalUploadMemory / 4);
        beginnings = new MemoryBudget(forBeginnings);
        parts = new MemoryBudget(options.TotalUploadMemory - forBeginnings);
        // All of it: a block that is made anew is garbage of the large kind later, which stays for long.
        mostIdle = (int)(options.TotalUploadMemory / BlockSize);
    }

    /// <summary>Bytes that one upload may take.</summary>
    public long PerUpload { get; }

    /// <summary>Bytes that all of them have taken now.</summary>
    public long Taken => beginnings.Taken + parts.Taken;

    public Task TakeBeginningAsync(CancellationToken cancellationToken) => TakeAsync(beginnings, BlockSize, cancellationToken);

    public Task TakeRestOfPartAsync(long bytes, CancellationToken cancellationToken) => TakeAsync(parts, bytes, cancellationToken);

    public void Give(long beginning, long restOfPart)
    {
        beginnings.Give(beginning);
        parts.Give(restOfPart);
    }

    private static async Task TakeAsync(MemoryBudget from, long bytes, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestWait, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await from.TakeAsync(bytes, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new S3Failure(S3Problem.Throttled, $"Other uploads have had all the memory for {LongestWait} (Registry:Storage:S3:TotalUploadMemory).");
        }
    }

    /// <summary>A block that memory was taken for.</summary>
    public byte[] Rent() => idle.TryTake(out var block) ? block : GC.AllocateUninitializedArray<byte>(BlockSize);

    public void Return(byte[] block)
    {
        // Blocks live long and are used again; what a burst needed beyond that is given back.
        if (idle.Count < mostIdle)
        {
            idle.Add(block);
        }
    }
}
