namespace Registry.Clients.Tests.Images;

/// <summary>A folder that is gone at the end of the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("registry-clients-").FullName;

    /// <summary>A folder in it, made if it is not there.</summary>
    public string this[string name] => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
