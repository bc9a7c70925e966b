using System.Diagnostics;
using Registry.Testing;

namespace Registry.Benchmarks.Comparison;

/// <summary>What Debian's registry has stored, and its own way to get rid of some of it.</summary>
internal static class DebianCollection
{
    /// <summary>Stored objects with their bytes.</summary>
    public static (int Count, long Bytes) FindStored(DebianRegistry registry)
    {
        var objects = Directory.EnumerateFiles(Path.Combine(registry.DataDirectory, "docker", "registry", "v2", "blobs"), "data", SearchOption.AllDirectories).Select(path => new FileInfo(path).Length).ToList();
        return (objects.Count, objects.Sum());
    }

    /// <summary>Collects; it must not serve meanwhile. Untagged manifests go too.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> RunAsync(DebianRegistry registry)
    {
        var started = Stopwatch.GetTimestamp();
        await Tool.RunAsync(DebianRegistry.Program, ["garbage-collect", "-m", registry.Configuration]);
        return Stopwatch.GetElapsedTime(started);
    }
}
