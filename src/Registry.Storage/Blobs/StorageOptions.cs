using System.ComponentModel;

namespace Registry.Storage.Blobs;

/// <summary>How stored objects are kept (section <c>Registry:Storage</c>).</summary>
public sealed record StorageOptions
{
    /// <summary>Bytes.</summary>
    [Description("Bytes of the disk that uploads leave free: below it they are refused, and pulls, deletes and the index still work.")]
    public long DiskReserve { get; init; } = 256 * 1024 * 1024;
}
