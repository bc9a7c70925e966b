using Microsoft.Extensions.Time.Testing;
using Registry.Storage.Blobs;

namespace Registry.Storage.Tests.Buckets;

/// <summary>A bucket that hosts come and go beside, with stored objects that none of them loses, and the time that passes for all.</summary>
public sealed class TestBucket : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-bucket-");

    public TestBucket() => Blobs = new FileSystemBlobStore(folder.FullName, new StorageOptions());

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FileSystemBlobStore Blobs { get; }

    internal MemoryBucket Objects { get; } = new();

    public void Dispose() => folder.Delete(recursive: true);
}
