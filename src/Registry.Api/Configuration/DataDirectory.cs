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

    public void Dispose() => held.Dispose();
}
