using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Blobs;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>
/// Whether there is room for the bytes of an upload, before they are taken: in the budget, and on the disk beside its reserve.
/// It counts what is committed and what requests in flight bring, so that many at once do not pass it together.
/// </summary>
public sealed class UploadBudget(IDbContextFactory<IndexContext> contexts, IBlobStore store)
{
    private static readonly Func<IndexContext, TotalsRow> Totals = EF.CompileQuery((IndexContext db) => db.Totals.Single());

    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private long? bytes;
    private long reserved;
    private long awaited;
    private long? refusedAt;

    /// <summary>The most that uploads may fill, in bytes of stored objects; null: whatever the disk has.</summary>
    public long? Bytes
    {
        get
        {
            lock (gate)
            {
                return bytes;
            }
        }

        set
        {
            lock (gate)
            {
                bytes = value;
            }
        }
    }

    /// <summary>Whether the budget has refused an upload within the last minutes.</summary>
    public bool HasRefusedLately
    {
        get
        {
            lock (gate)
            {
                return refusedAt is { } at && Stopwatch.GetElapsedTime(at) < Lately;
            }
        }
    }

    /// <summary>Bytes that requests in flight have reserved.</summary>
    internal long Reserved
    {
        get
        {
            lock (gate)
            {
                return reserved;
            }
        }
    }

    /// <summary>Why so many bytes more cannot be taken now; null if they can. Errors: StorageFull.</summary>
    internal RegistryError? FindRefusal(long count)
    {
        lock (gate)
        {
            // What needs no bytes is never refused: a session whose bytes are all there can always be sealed.
            return count == 0 ? null : FindRefusalByBudget(count) ?? FindRefusalByDisk(count);
        }
    }

    /// <summary>Reserves so many bytes for a request, until the reservation is disposed. Errors: StorageFull.</summary>
    internal Outcome<UploadReservation> TryReserve(long count)
    {
        var reservation = new UploadReservation(this);
        return reservation.TryAdd(count) is { } refusal ? refusal : reservation;
    }

    internal RegistryError? TryAdd(long count)
    {
        lock (gate)
        {
            if (FindRefusal(count) is { } refusal)
            {
                return refusal;
            }

            reserved += count;
            Interlocked.Add(ref awaited, count);
            return null;
        }
    }

    /// <summary>So many of the reserved bytes are on the disk now, where its free space shows them.</summary>
    internal void Came(long count) => Interlocked.Add(ref awaited, -count);

    /// <summary>Gives a reservation back: what came of it is committed, and so counted, or has been dropped.</summary>
    internal void GiveBack(long count, long neverCame)
    {
        lock (gate)
        {
            reserved -= count;
            Interlocked.Add(ref awaited, -neverCame);
        }
    }

    private RegistryError? FindRefusalByBudget(long count)
    {
        if (bytes is not { } budget)
        {
            return null;
        }

        // Read while the reservations stand still: bytes that were just committed count twice for a moment, never not at all.
        using var db = contexts.CreateDbContext();
        var stored = Totals(db).StoredBytes;
        if (count <= budget - stored - reserved)
        {
            return null;
        }

        refusedAt = Stopwatch.GetTimestamp();
        return new RegistryError(
            ErrorKind.StorageFull,
            $"The registry's budget is {budget} bytes; {stored} are stored and {reserved} on their way, so there is no room for {count} more. Nothing was taken. "
            + "Its administrator can free some ('registry retention plan', then 'registry gc run') or set a larger budget in the policy; pulls, mounts and deletes go on.",
            new { budget, stored, reserved, needed = count });
    }

    private RegistryError? FindRefusalByDisk(long count)
    {
        if (store.FindFreeSpace() is not { } space)
        {
            return null;
        }

        var room = space.RoomBytes - Interlocked.Read(ref awaited);
        return count <= room
            ? null
            : new RegistryError(
                ErrorKind.StorageFull,
                $"The registry's disk has room for {Math.Max(0, room)} bytes of uploads beside what is kept free (Registry:Storage:DiskReserve), and not for {count} more. Nothing was taken. "
                + "Its administrator can free some ('registry retention plan', then 'registry gc run') or give it a larger disk; pulls, mounts and deletes go on.",
                new { room = Math.Max(0, room), needed = count });
    }
}
