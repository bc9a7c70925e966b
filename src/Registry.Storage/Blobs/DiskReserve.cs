namespace Registry.Storage.Blobs;

/// <summary>
/// The part of a disk that stored objects leave to the index: on a disk that uploads have filled to its last byte not even a
/// delete can be written down (ADR 0009).
/// </summary>
internal sealed class DiskReserve(string folder, long bytes)
{
    /// <summary>A writer asks again after this many bytes.</summary>
    public const int Step = 16 * 1024 * 1024;

    public FreeSpace Measure() => new(new DriveInfo(folder).AvailableFreeSpace, bytes);

    /// <summary>Null while the reserve is free; else what is wrong and what to do.</summary>
    public string? FindProblem()
    {
        var free = Measure().FreeBytes;
        return free >= bytes
            ? null
            : $"The disk of '{folder}' has {free} bytes left, and {bytes} are kept free (Registry:Storage:DiskReserve). Free some space, or give it a larger disk.";
    }

    /// <exception cref="IOException">No more may be written: the disk is full up to its reserve.</exception>
    public void Require()
    {
        if (FindProblem() is { } problem)
        {
            throw new IOException(problem, DiskFull.Code);
        }
    }
}
