using System.Globalization;
using System.Text;
using Registry.Storage.Buckets;
using Registry.Storage.Journal;

namespace Registry.Storage.Tests.Journal;

/// <summary>A journal as numbered objects in a bucket, without an index.</summary>
internal sealed class MemoryJournal(IBucket bucket, Lease lease) : IFollowedIndex
{
    private const string Claim = "claim of";

    public long Number { get; private set; }

    public long Term { get; private set; }

    public static string NameOf(long number) => "journal/" + number.ToString("D20", CultureInfo.InvariantCulture);

    public async Task OpenAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken) => await CatchUpAsync(progress, cancellationToken);

    public async Task<int> CatchUpAsync(IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var one in bucket.ListAsync("journal/", NameOf(Number), cancellationToken))
        {
            Number = long.Parse(one.Name["journal/".Length..], CultureInfo.InvariantCulture);
            await using var stream = await bucket.OpenReadAsync(one.Name, cancellationToken);
            using var reader = new StreamReader(stream!);
            if ((await reader.ReadToEndAsync(cancellationToken)).StartsWith(Claim, StringComparison.Ordinal))
            {
                Term = Number;
            }

            progress.Report(new RestoreProgress("journal", ++count, count));
        }

        return count;
    }

    public async Task<bool> TryTakeOverAsync(string owner, CancellationToken cancellationToken)
    {
        if (!await TryWriteAsync($"{Claim} {owner}", cancellationToken))
        {
            return false;
        }

        Term = Number;
        return true;
    }

    public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> TryConfirmAsync(CancellationToken cancellationToken) => TryWriteAsync("still there", cancellationToken);

    /// <summary>What a push does: true if it may be acknowledged.</summary>
    public async Task<bool> TryPushAsync(string what, CancellationToken cancellationToken)
    {
        if (!lease.IsHeld)
        {
            return false;
        }

        var asked = lease.Now();
        if (!await TryWriteAsync(what, cancellationToken))
        {
            lease.Lose();
            return false;
        }

        lease.Confirm(asked);
        return true;
    }

    private async Task<bool> TryWriteAsync(string what, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes($"{what} {Guid.NewGuid()}");
        if (!await bucket.TryAddAsync(NameOf(Number + 1), bytes, cancellationToken))
        {
            return false;
        }

        Number++;
        return true;
    }
}
