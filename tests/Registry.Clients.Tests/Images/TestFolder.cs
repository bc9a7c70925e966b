namespace Registry.Clients.Tests.Images;

/// <summary>A folder that is gone at the end of the test, and not made before it is needed: a test that is skipped leaves none.</summary>
internal sealed class TestFolder : IDisposable
{
    private string? path;

    public string Path => path ??= Directory.CreateTempSubdirectory("registry-clients-").FullName;

    /// <summary>A folder in it, made if it is not there.</summary>
    public string this[string name] => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose()
    {
        if (path is not null)
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
