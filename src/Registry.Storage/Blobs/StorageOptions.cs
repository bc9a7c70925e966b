using System.ComponentModel;
using Registry.Storage.Buckets;

namespace Registry.Storage.Blobs;

/// <summary>How stored objects are kept (section <c>Registry:Storage</c>).</summary>
public sealed record StorageOptions
{
    [Description("Where stored objects are: FileSystem (in the data directory) or S3 (in a bucket, see docs/s3.md).")]
    public StorageProvider Provider { get; init; } = StorageProvider.FileSystem;

    [Description("The store that stored objects are moved away from, by 'blobs migrate', when Provider names another one than before; nothing otherwise.")]
    public StorageProvider? MigrateFrom { get; init; }

    /// <summary>Bytes.</summary>
    [Description("Bytes of the disk that uploads leave free: below it they are refused, and pulls, deletes and the index still work.")]
    public long DiskReserve { get; init; } = 256 * 1024 * 1024;

    public S3Options S3 { get; init; } = new();

    /// <summary>Whether objects may be there.</summary>
    public bool Uses(StorageProvider provider) => Provider == provider || MigrateFrom == provider;
}

/// <summary>What stored objects are kept in.</summary>
public enum StorageProvider
{
    FileSystem,
    S3,
}
