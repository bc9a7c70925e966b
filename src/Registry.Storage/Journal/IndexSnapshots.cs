using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Registry.Storage.Buckets;

namespace Registry.Storage.Journal;

/// <summary>
/// Copies of the whole index in the bucket: found, read and removed. Two objects each: the compressed bytes, and behind them the record, without which
/// the bytes are nothing.
/// </summary>
internal sealed class IndexSnapshots(IBucket bucket)
{
    private const string Record = ".json";
    private const string Bytes = ".db.gz";

    /// <summary>Those that are whole, the newest first.</summary>
    public async Task<IReadOnlyList<SnapshotRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var records = new List<SnapshotRecord>();
        await foreach (var found in bucket.ListAsync(JournalNames.Snapshots, after: null, cancellationToken))
        {
            if (found.Name.EndsWith(Record, StringComparison.Ordinal) && await FindAsync(found.Name, cancellationToken) is { } record)
            {
                records.Add(record);
            }
        }

        return [.. records.OrderByDescending(r => r.Number).ThenByDescending(r => r.At)];
    }

    /// <summary>Null: there is none.</summary>
    public async Task<SnapshotRecord?> FindNewestAsync(CancellationToken cancellationToken) => await ListAsync(cancellationToken) is [var newest, ..] ? newest : null;

    /// <summary>Stores a file that nobody writes to any more.</summary>
    /// <param name="describe">Makes the record, from the name and the sizes in bytes, stored and not, and the digest.</param>
    public async Task<SnapshotRecord> StoreAsync(string path, long number, Func<string, long, long, string, SnapshotRecord> describe, CancellationToken cancellationToken)
    {
        var name = $"{JournalNames.Snapshots}{JournalNames.Text(number)}-{Guid.NewGuid():N}";
        await using var file = File.OpenRead(path);
        await using var compressing = new CompressingStream(file);
        await bucket.UploadAsync(name + Bytes, compressing, cancellationToken);
        var record = describe(name + Bytes, compressing.Written, file.Length, compressing.Digest());
        await bucket.PutAsync(name + Record, JsonSerializer.SerializeToUtf8Bytes(record, JournalJson.Default.SnapshotRecord), cancellationToken);
        return record;
    }

    /// <summary>Writes the index of a snapshot to a file.</summary>
    /// <exception cref="InvalidDataException">Its bytes are not there, or have another digest than its record says.</exception>
    public async Task LoadAsync(SnapshotRecord snapshot, string path, IProgress<RestoreProgress> progress, CancellationToken cancellationToken)
    {
        await using var stream = await bucket.OpenReadAsync(snapshot.Name, cancellationToken) ?? throw new InvalidDataException($"The bytes of the snapshot '{snapshot.Name}' are not there.");
        await using var index = new GZipStream(stream, CompressionMode.Decompress);
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, done) = (new byte[1024 * 1024], 0L);
        for (int read; (read = await index.ReadAsync(buffer, cancellationToken)) > 0; done += read)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress.Report(new RestoreProgress("snapshot", done + read, snapshot.Size));
        }

        file.Flush(flushToDisk: true);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != snapshot.Sha256)
        {
            throw new InvalidDataException($"The snapshot '{snapshot.Name}' is damaged: its bytes have another digest than its record says.");
        }
    }

    /// <summary>
    /// Removes snapshots but so many of the newest, bytes without a record, and what of the journal no snapshot that stays needs.
    /// </summary>
    /// <param name="keep">How many.</param>
    /// <param name="claims">
    /// Objects of the journal that stay: each stands where its predecessor would write next, and keeps it from that however long it was paused (ADR 0015).
    /// </param>
    public async Task PruneAsync(int keep, IReadOnlySet<long> claims, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        var (kept, old) = (all.Take(keep).ToList(), all.Skip(keep).ToList());
        if (kept.Count == 0)
        {
            return;
        }

        // The record first: bytes without one are nothing, a record without bytes is a broken snapshot.
        await bucket.DeleteAsync([.. old.Select(s => s.Name[..^Bytes.Length] + Record)], cancellationToken);
        await bucket.DeleteAsync(await FindUnrecordedAsync(kept, cancellationToken), cancellationToken);
        await foreach (var some in OlderEntriesAsync(kept.Min(s => s.Number), claims, cancellationToken))
        {
            await bucket.DeleteAsync(some, cancellationToken);
        }
    }

    /// <summary>Bytes of snapshots older than the newest one: younger ones may be on their way.</summary>
    private async Task<IReadOnlyCollection<string>> FindUnrecordedAsync(List<SnapshotRecord> kept, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        var newest = JournalNames.Snapshots + JournalNames.Text(kept[0].Number);
        await foreach (var found in bucket.ListAsync(JournalNames.Snapshots, after: null, cancellationToken))
        {
            if (found.Name.EndsWith(Bytes, StringComparison.Ordinal) && string.CompareOrdinal(found.Name, newest) < 0 && !kept.Exists(s => s.Name == found.Name))
            {
                names.Add(found.Name);
            }
        }

        return names;
    }

    private async IAsyncEnumerable<IReadOnlyCollection<string>> OlderEntriesAsync(long number, IReadOnlySet<long> claims, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var found in bucket.ListAsync(JournalNames.Journal, after: null, cancellationToken))
        {
            if (JournalNames.NumberOf(found.Name) is not { } entry || entry > number)
            {
                break;
            }

            if (!claims.Contains(entry))
            {
                names.Add(found.Name);
            }

            if (names.Count == 1000)
            {
                yield return names;
                names = [];
            }
        }

        yield return names;
    }

    private async Task<SnapshotRecord?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var stream = await bucket.OpenReadAsync(name, cancellationToken);
        try
        {
            return stream is null ? null : await JsonSerializer.DeserializeAsync(stream, JournalJson.Default.SnapshotRecord, cancellationToken);
        }
        catch (JsonException)
        {
            // As good as none: there are others, or the journal.
            return null;
        }
    }
}
