using System.Buffers;
using System.IO.Pipelines;
using Registry.Storage.Blobs;
using Registry.Storage.Model;
using Registry.Storage.Telemetry;

namespace Registry.Storage.Content;

/// <summary>The bytes of one upload session while a request has it, hashed while they flow into the blob store.</summary>
internal sealed class StagedBytes : IAsyncDisposable
{
    private readonly IBlobStore store;
    private readonly StorageKey key;
    private readonly IBlobWriter writer;
    private readonly OpenSession session;
    private readonly UploadReservation reservation;

    private StagedBytes(IBlobStore store, IBlobWriter writer, TakenSession taken, UploadReservation reservation)
    {
        this.store = store;
        this.writer = writer;
        this.reservation = reservation;
        key = StorageKey.Parse(taken.Row.StorageKey);
        session = taken.Session;
        Length = taken.Row.Received;
    }

    /// <summary>Bytes written, those of earlier requests included.</summary>
    public long Length { get; private set; }

    /// <summary>Null: bytes that were acknowledged have gone (a power cut), so the session cannot be continued. Else the reservation ends with this.</summary>
    public static async ValueTask<StagedBytes?> OpenAsync(IBlobStore store, TakenSession taken, UploadReservation reservation, CancellationToken cancellationToken) =>
        await store.OpenWriteAsync(StorageKey.Parse(taken.Row.StorageKey), taken.Row.Received, cancellationToken) is { } writer
            ? new StagedBytes(store, writer, taken, reservation)
            : null;

    /// <summary>
    /// Writes the whole body and returns its length in bytes. If it breaks off, or there is no room for all of it, nothing of it
    /// stays, and this is closed. Errors: StorageFull.
    /// </summary>
    public async ValueTask<Outcome<long>> ReceiveAsync(PipeReader body, CancellationToken cancellationToken)
    {
        using var activity = StorageTelemetry.Source.StartActivity("blob store write");
        var before = Length;
        var hashing = session.Covers(Length);
        if (!hashing)
        {
            // It has hashed bytes that were never acknowledged, and must not be believed when the lengths meet again.
            session.ForgetHash();
            hashing = session.Covers(Length);
        }

        try
        {
            while (true)
            {
                var result = await body.ReadAsync(cancellationToken);
                RegistryError? refusal;
                try
                {
                    refusal = reservation.TryCover(result.Buffer.Length);
                    if (refusal is null)
                    {
                        await WriteAsync(result.Buffer, hashing, cancellationToken);
                    }
                }
                finally
                {
                    // Also when the disk is full: the server drains what the client still sends, and cannot in the middle of a read.
                    body.AdvanceTo(result.Buffer.End);
                }

                if (refusal is not null)
                {
                    await DropAsync(before);
                    return refusal;
                }

                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch
        {
            await DropAsync(before);
            throw;
        }

        StorageTelemetry.BytesReceived.Add(Length - before);
        return Length - before;
    }

    /// <summary>The digest of everything written as it flowed by; null after a restart, or in another algorithm.</summary>
    public Digest? FindDigest(DigestAlgorithm algorithm) => algorithm == session.Algorithm && session.Covers(Length) ? session.CurrentDigest() : null;

    /// <summary>The same by reading it again: of an object that is complete.</summary>
    public async ValueTask<Digest> RereadAsync(DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        await using var reader = await store.OpenReadAsync(key, new BlobRange(0, Length), cancellationToken) ?? throw new IOException($"The stored object {key} has gone.");
        return await ObjectBytes.HashAsync(reader, algorithm, _ => ValueTask.CompletedTask, cancellationToken);
    }

    public ValueTask SaveAsync(CancellationToken cancellationToken) => writer.SaveAsync(cancellationToken);

    public ValueTask CompleteAsync(CancellationToken cancellationToken) => writer.CompleteAsync(cancellationToken);

    /// <summary>Gives back the space of bytes beyond the first <paramref name="count"/>, which were not acknowledged, and closes this.</summary>
    public async ValueTask DropAsync(long count)
    {
        session.ForgetHash();
        await writer.DisposeAsync();
        try
        {
            // Opening it there drops what stands behind.
            await using var reopened = await store.OpenWriteAsync(key, count, CancellationToken.None);
        }
        catch (IOException)
        {
            // The next request drops them, or the session's expiry; what broke off is the error to tell.
        }
        finally
        {
            reservation.Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        reservation.Dispose();
        return writer.DisposeAsync();
    }

    private async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, bool hashing, CancellationToken cancellationToken)
    {
        foreach (var segment in bytes)
        {
            if (hashing)
            {
                session.Append(segment.Span);
            }

            await writer.WriteAsync(segment, cancellationToken);
            reservation.Came(segment.Length);
            Length += segment.Length;
        }
    }
}
