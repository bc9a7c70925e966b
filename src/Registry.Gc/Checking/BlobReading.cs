using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>Reads blobs and compares their digests, no faster than the setting allows; counts what it has read in the check's row.</summary>
internal sealed class BlobReading(BlobObjects objects, CheckOptions options, TimeProvider time)
{
    /// <summary>So many in a row are not all unreadable: then rather the store is.</summary>
    private const int ManyFailures = 8;

    private readonly BytePace pace = new(time, options.BytesPerSecond);
    private int failures;

    /// <summary>What is wrong with a blob's bytes; null: nothing. What seems wrong is read twice.</summary>
    /// <exception cref="IOException">Blob after blob cannot be read.</exception>
    public async Task<string?> FindAsync(CheckRow check, BlobRow blob, CancellationToken cancellationToken)
    {
        var (before, done) = (check.Bytes, false);
        try
        {
            var finding = await TryAsync(check, blob, cancellationToken);
            if (finding is not null)
            {
                check.Bytes = before;
                finding = await TryAsync(check, blob, cancellationToken);
            }

            failures = 0;
            done = true;
            return finding;
        }
        catch (IOException) when (++failures < ManyFailures)
        {
            done = true;
            return FindingKinds.Unreadable;
        }
        finally
        {
            // Half a blob is read again when the check goes on.
            check.Bytes = done ? check.Bytes : before;
        }
    }

    private Task<string?> TryAsync(CheckRow check, BlobRow blob, CancellationToken cancellationToken) =>
        objects.FindByReadingAsync(
            blob,
            async count =>
            {
                await pace.SpendAsync(count, cancellationToken);
                check.Bytes += count;
            },
            cancellationToken);
}
