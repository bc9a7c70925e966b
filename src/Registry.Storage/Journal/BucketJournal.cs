using Registry.Storage.Buckets;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>Writes the journal to the bucket. Of a number there is one object, so whoever has written one knows that nobody else has (ADR 0015).</summary>
internal sealed class BucketJournal(IBucket bucket, FollowedIndex index, Lease lease, JournalOptions options, TimeProvider time) : IJournal
{
    private const int Tries = 3;
    private const int BytesPerSecond = 512 * 1024;

    /// <summary>Besides the time for its bytes: then the same object is sent again, for the connection may be dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LookAtLease = TimeSpan.FromSeconds(0.5);

    private readonly JournalReader reader = new(bucket);
    private bool isInDoubt;

    public bool MayAnswer => lease.IsHeld;

    public void Settle()
    {
        // First, so that nobody waits for a bucket that does not answer.
        RequireLease();
        if (isInDoubt)
        {
            // What an append whose answer was lost took with it is in the index from now on, if it took effect.
            Wait(async token => await index.CatchUpAsync(new Progress<RestoreProgress>(), token));
            isInDoubt = false;
            if (!index.IsWriter)
            {
                // What has come in is another one's claim. To write behind it would be to write in its name.
                lease.Lose();
            }

            RequireLease();
        }
    }

    public void Append(JournalPositionRow position, IReadOnlyList<JournaledChange> changes)
    {
        var entry = new JournalEntry(
            new JournalHeader { Lineage = position.Lineage, Number = position.Number, Id = Guid.NewGuid(), Term = position.Term, Schema = options.Schema, At = time.GetUtcNow() }, changes);
        // Until it is known that the journal has it, and that nobody has taken over.
        isInDoubt = true;
        var askedAt = lease.Now();
        Wait(token => AppendAsync(entry, token));
        if (!lease.IsHeld)
        {
            // A process that was paused for long may have written into a part of the journal that is long over.
            throw new JournalFailure("The process was paused while it wrote to the journal, and may have been replaced meanwhile.");
        }

        lease.Confirm(askedAt);
        index.Notice(position.Number);
        isInDoubt = false;
    }

    private void RequireLease()
    {
        if (!lease.IsHeld)
        {
            throw new JournalFailure("This process is not known to be the owner of the bucket at the moment: the bucket has not answered for a while, or another process has taken over.");
        }
    }

    private async Task AppendAsync(JournalEntry entry, CancellationToken cancellationToken)
    {
        if (await TryAddAsync(JournalNames.Entry(entry.Header.Number), entry.Write(), cancellationToken))
        {
            return;
        }

        // An earlier try of the same call may have taken effect without an answer.
        var there = await reader.FindAsync(entry.Header.Number, cancellationToken);
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

    private async Task<bool> TryAddAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var patience = Patience + TimeSpan.FromSeconds(bytes.Length / BytesPerSecond);
        for (var count = 1; ; count++)
        {
            try
            {
                return await Asking.WithPatienceAsync(token => bucket.TryAddAsync(name, bytes, token), patience, time, cancellationToken);
            }
            catch (NoAnswerException) when (count < Tries)
            {
                // The same object again: if it is there then, its id says that it is this one.
            }
        }
    }

    /// <summary>
    /// The writer's thread is its own, and waits for the bucket as it waits for the disk; but for no longer than the lease is held. After that nothing may
    /// be answered with yes, and everybody else waits behind it.
    /// </summary>
    private void Wait(Func<CancellationToken, Task> work)
    {
        try
        {
            WhileHeldAsync(work).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is InvalidDataException or OperationCanceledException or (IOException and not JournalFailure))
        {
            throw new JournalFailure($"The journal of the index cannot be written: {(e is OperationCanceledException ? "the bucket has not answered while the lease was held." : e.Message)}", e);
        }
    }

    private async Task WhileHeldAsync(Func<CancellationToken, Task> work)
    {
        using var ended = new CancellationTokenSource();
        await using var looking = time.CreateTimer(
            _ =>
            {
                if (!lease.IsHeld)
                {
                    ended.Cancel();
                }
            },
            state: null,
            LookAtLease,
            LookAtLease);
        await work(ended.Token);
    }
}
