namespace Registry.Api.Configuration;

/// <summary>The data directory, held by this process alone while it lives: two registries on one index would break promises.</summary>
internal sealed class DataDirectory : IDisposable
{
    private const string LockFile = "registry.lock";

    private readonly FileStream held;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        this.held = held;
    }

    public string Path { get; }

    /// <summary>Makes the folder if need be and locks it; null and the mistake if that cannot be.</summary>
    public static DataDirectory? TryOpen(string path, out string? mistake)
    {
        mistake = null;
        var full = path;
        try
        {
            full = System.IO.Path.GetFullPath(path);
            Directory.CreateDirectory(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            mistake = $"Registry:DataDirectory '{full}' cannot be made: {e.Message}";
            return null;
        }

        try
        {
            return new DataDirectory(full, new FileStream(System.IO.Path.Combine(full, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            mistake = $"Registry:DataDirectory '{full}' cannot be written to: {e.Message}";
        }
        catch (IOException e)
        {
            mistake = $"Registry:DataDirectory '{full}' is in use by another registry, or cannot be written to: {e.Message}";
        }

        return null;
    }

    /// <summary>What would keep <see cref="TryOpen"/> from opening it. Makes nothing that stays; no name is the validator's affair.</summary>
    public static IEnumerable<string> FindMistakes(string path) =>
        !string.IsNullOrWhiteSpace(path) && FindMistake(path) is { } mistake ? [mistake] : [];

    private static string? FindMistake(string path)
    {
        var full = path;
        try
        {
            full = System.IO.Path.GetFullPath(path);
            if (File.Exists(System.IO.Path.Combine(full, LockFile)))
            {
                using var held = TryOpen(full, out var mistake);
                return mistake;
            }

            var nearest = new DirectoryInfo(full);
            while (!nearest.Exists && !File.Exists(nearest.FullName) && nearest.Parent is not null)
            {
                nearest = nearest.Parent;
            }

            var probe = System.IO.Path.Combine(nearest.FullName, $".registry-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                return null;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"Registry:DataDirectory '{full}' cannot be made or written to: {e.Message}";
        }
    }

    public void Dispose() => held.Dispose();
}
