using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>Writes the journal to the bucket. Of a number there is one object, so whoever has written one knows that nobody else has (ADR 0015).</summary>
internal sealed class BucketJournal(IBucket bucket, FollowedIndex index, Lease lease, JournalOptions options, TimeProvider time) : IJournal
{
    private readonly JournalReader reader = new(bucket);
    private bool isInDoubt;

    public bool MayAnswer => lease.IsHeld;

    public void Settle()
    {
        if (isInDoubt)
        {
            // What an append whose answer was lost took with it is in the index from now on, if it took effect.
            Wait(async () => await index.CatchUpAsync(new Progress<RestoreProgress>(), CancellationToken.None));
            isInDoubt = false;
            if (!index.IsWriter)
            {
                // What has come in is another one's claim. To write behind it would be to write in its name.
                lease.Lose();
            }
        }

        if (!lease.IsHeld)
        {
            throw new JournalFailure("This process is not known to be the owner of the bucket at the moment: the bucket has not answered for a while, or another process has taken over.");
        }
    }

    public void Append(JournalPositionRow position, IReadOnlyList<JournaledChange> changes)
    {
        var entry = new JournalEntry(
            new JournalHeader { Lineage = position.Lineage, Number = position.Number, Id = Guid.NewGuid(), Term = position.Term, Schema = options.Schema, At = time.GetUtcNow() }, changes);
        // Until it is known that the journal has it, and that nobody has taken over.
        isInDoubt = true;
        var askedAt = lease.Now();
        Wait(() => AppendAsync(entry));
        if (!lease.IsHeld)
        {
            // A process that was paused for long may have written into a part of the journal that is long over.
            throw new JournalFailure("The process was paused while it wrote to the journal, and may have been replaced meanwhile.");
        }

        lease.Confirm(askedAt);
        index.Notice(position.Number);
        isInDoubt = false;
    }

    private async Task AppendAsync(JournalEntry entry)
    {
        if (await bucket.TryAddAsync(JournalNames.Entry(entry.Header.Number), entry.Write(), CancellationToken.None))
        {
            return;
        }

        // An earlier try of the same call may have taken effect without an answer.
        var there = await reader.FindAsync(entry.Header.Number, CancellationToken.None);
        if (there?.Header.Id == entry.Header.Id)
        {
            return;
        }

        if (there is not null && there.Header.Term != entry.Header.Term)
        {
            lease.Lose();
            throw new IOException($"Another process ({there.Header.Claim?.Owner ?? "unknown"}) has taken over the journal.");
        }

        throw new IOException("An earlier change was written to the journal late. Try again.");
    }

    /// <summary>The writer's thread is its own, and waits for the bucket as it waits for the disk.</summary>
    private static void Wait(Func<Task> work)
    {
        try
        {
            work().GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not JournalFailure))
        {
            throw new JournalFailure($"The journal of the index cannot be written: {e.Message}", e);
        }
    }
}
