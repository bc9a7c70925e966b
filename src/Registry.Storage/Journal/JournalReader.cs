using System.Runtime.CompilerServices;
using Registry.Storage.Buckets;

namespace Registry.Storage.Journal;

/// <summary>Reads the journal from the bucket.</summary>
internal sealed class JournalReader(IBucket bucket)
{
    /// <summary>Objects that are fetched at once, when there are many: a restore waits for the network more than for anything else.</summary>
    private const int Ahead = 16;

    /// <summary>The objects behind this one, up to the first that is not there.</summary>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public async IAsyncEnumerable<JournalEntry> ReadAsync(long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One alone: mostly somebody looks every second, and there is none.
        var width = 1;
        while (true)
        {
            var entries = await Task.WhenAll(Enumerable.Range(1, width).Select(i => FindAsync(after + i, cancellationToken)));
            foreach (var entry in entries)
            {
                if (entry is null)
                {
                    yield break;
                }

                yield return entry;
                after++;
            }

            width = Ahead;
        }
    }

    /// <summary>Null: there is no such object.</summary>
    public async Task<JournalEntry?> FindAsync(long number, CancellationToken cancellationToken)
    {
        var name = JournalNames.Entry(number);
        await using var stream = await bucket.OpenReadAsync(name, cancellationToken);
        if (stream is null)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return JournalEntry.Read(name, bytes.ToArray());
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
}
