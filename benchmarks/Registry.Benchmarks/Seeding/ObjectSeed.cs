using System.Globalization;
using Registry.Storage.Model;

namespace Registry.Benchmarks.Seeding;

/// <summary>The files of seeded blobs, where the registry's blob store looks for them.</summary>
internal sealed class ObjectSeed
{
    private readonly string folder;

    public ObjectSeed(string folder)
    {
        this.folder = folder;
        for (var prefix = 0; prefix < 256; prefix++)
        {
            Directory.CreateDirectory(Path.Combine(folder, "blobs", prefix.ToString("x2", CultureInfo.InvariantCulture)));
        }
    }

    public void Store(StorageKey key, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder, key.ToString()), bytes);

    /// <summary>The keys of all stored objects.</summary>
    public static IEnumerable<string> Find(string folder) => Directory.EnumerateFiles(Path.Combine(folder, "blobs"), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path));
}
