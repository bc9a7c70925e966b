using System.IO.Pipelines;
using Registry.Storage.Blobs;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Where a chunk says that it belongs: first and last byte, both counted from 0 (specification, <c>Content-Range</c>).</summary>
public readonly record struct ChunkRange(long First, long Last)
{
    public long Count => Last - First + 1;
}

/// <summary>The bytes of a request, and how many it says that they are; null: it does not say.</summary>
public sealed record UploadBody(PipeReader Bytes, long? Length);

/// <summary>A chunk that does not begin where the session's bytes end.</summary>
public sealed record OutOfOrder(long Received);

/// <summary>Takes the bodies of requests into upload sessions: where they belong, and as far as there is room.</summary>
public sealed class UploadBodies(IBlobStore store, UploadBudget budget)
{
    /// <summary>Why so many bytes more cannot be taken now; null if they can. Errors: StorageFull.</summary>
    internal RegistryError? FindRefusal(long count) => budget.FindRefusal(count);

    /// <summary>
    /// Adds a body to the session's bytes, which are the caller's to dispose once they are committed. A refusal leaves them as they
    /// were. Errors: UploadUnknown (acknowledged bytes have gone), UploadOutOfOrder, UploadInvalid, StorageFull.
    /// </summary>
    internal async Task<Outcome<StagedBytes>> ReceiveAsync(TakenSession taken, ChunkRange? range, UploadBody body, CancellationToken cancellationToken)
    {
        var before = taken.Row.Received;
        if (range is { } chunk && chunk.First != before)
        {
            return new RegistryError(
                ErrorKind.UploadOutOfOrder, $"The session has {before} bytes, so the next chunk begins at {before}, not at {chunk.First}.", new OutOfOrder(before));
        }

        if (!budget.TryReserve(body.Length ?? 0).Succeeded(out var reservation, out var refusal))
        {
            return refusal;
        }

        var bytes = await OpenAsync(taken, reservation, cancellationToken);
        if (bytes is null)
        {
            return TakenSessions.Unknown(taken.Id);
        }

        if (!(await bytes.ReceiveAsync(body.Bytes, cancellationToken)).Succeeded(out var count, out refusal))
        {
            return refusal;
        }

        if (range is { } announced && announced.Count != count)
        {
            await bytes.DropAsync(before);
            return new RegistryError(ErrorKind.UploadInvalid, $"Content-Range announces {announced.Count} bytes, but the body has {count}. The chunk was discarded; send it again.");
        }

        return bytes;
    }

    private async Task<StagedBytes?> OpenAsync(TakenSession taken, UploadReservation reservation, CancellationToken cancellationToken)
    {
        StagedBytes? bytes = null;
        try
        {
            return bytes = await StagedBytes.OpenAsync(store, taken, reservation, cancellationToken);
        }
        finally
        {
            if (bytes is null)
            {
                reservation.Dispose();
            }
        }
    }
}
