using System.Runtime.CompilerServices;
using Registry.Storage.Buckets;

namespace Registry.Storage.Journal;

/// <summary>Reads the journal from the bucket.</summary>
internal sealed class JournalReader(IBucket bucket)
{
    /// <summary>Objects that are fetched at once, when there are many: a restore waits for the network more than for anything else.</summary>
    private const int Ahead = 16;

    private const int Tries = 3;

    /// <summary>Until an object begins to come: a dead connection must not hold up a takeover for as long as a request of any size may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>The objects behind this one, up to the first that is not there.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public async IAsyncEnumerable<JournalEntry> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One alone: mostly somebody looks every second, and there is none.
        var width = 1;
        while (true)
        {
            var reads = Enumerable.Range(1, width).Select(i => FindAsync(after + i, cancellationToken)).ToList();
            try
            {
                // One by one: those before one that fails are not lost.
                foreach (var read in reads)
                {
                    if (await read is not { } entry)
                    {
                        yield break;
                    }

                    yield return entry;
                    after++;
                }
            }
            finally
            {
                await ((Task)Task.WhenAll(reads)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            width = Ahead;
        }
    }

    /// <summary>Null: there is no such object.</summary>
    public async Task<JournalEntry?> FindAsync(long number, CancellationToken cancellationToken)
    {
        var name = JournalNames.Entry(number);
        for (var count = 1; ; count++)
        {
            var hasBegun = false;
            try
            {
                await using var stream = await Asking.WithPatienceAsync(token => bucket.OpenReadAsync(name, token), Patience, TimeProvider.System, cancellationToken);
                hasBegun = true;
                return stream is null ? null : JournalEntry.Read(name, await ReadAllAsync(stream, cancellationToken));
            }
            catch (IOException e) when (count < Tries && (hasBegun || e is NoAnswerException))
            {
                // It broke in the middle, or the connection is dead. Whatever else fails the bucket has tried again itself.
            }
        }
    }

    /// <summary>The oldest one that is still there; null if there is none.</summary>
    public async Task<JournalEntry?> FindFirstAsync(CancellationToken cancellationToken) =>
        await FindNextAsync(0, cancellationToken) is { } number ? await FindAsync(number, cancellationToken) : null;

    /// <summary>The number of the first object behind this one; null if there is none.</summary>
    public async Task<long?> FindNextAsync(long after, CancellationToken cancellationToken)
    {
        await foreach (var found in bucket.ListAsync(JournalNames.Journal, JournalNames.Entry(after), cancellationToken))
        {
            if (JournalNames.NumberOf(found.Name) is { } number)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The number of the last object that was there a moment ago, counted from one that is known; for progress.</summary>
    public async Task<long> CountAsync(long after, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var found in bucket.ListAsync(JournalNames.Journal, JournalNames.Entry(after), cancellationToken))
        {
            count += JournalNames.NumberOf(found.Name) is null ? 0 : 1;
        }

        return count;
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }
}
