using System.Runtime.CompilerServices;

namespace Registry.Clients.Tests.Clients;

/// <summary>The image that the Dockerfile makes, built once for all tests that ask for it, and removed after them.</summary>
public sealed class RegistryImage : IAsyncDisposable
{
    private static readonly string[] BaseImages = ["mcr.microsoft.com/dotnet/sdk:10.0", "mcr.microsoft.com/dotnet/aspnet:10.0"];

    private readonly LocalImages images = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly string name = RunningRegistry.NewRepository();
    private bool built;

    /// <summary>The image's name; skips the running test where the image cannot be built.</summary>
    internal async Task<string> NameAsync()
    {
        await Docker.RequireAsync();
        foreach (var image in BaseImages)
        {
            await Docker.RequireImageAsync(image);
        }

        await turn.WaitAsync();
        try
        {
            if (!built)
            {
                // The build stage by itself first, to have a name for what is to be removed; the second build takes it as it is.
                await BuildAsync($"{name}:build", "--target", "build");
                await BuildAsync($"{name}:final");
                built = true;
            }
        }
        finally
        {
            turn.Release();
        }

        return $"{name}:final";
    }

    public async ValueTask DisposeAsync()
    {
        await images.DisposeAsync();
        turn.Dispose();
    }

    // The host's network, and NuGet's own setting for machines without all of the internet: a restore in the build reaches
    // what a restore out here reaches.
    private Task<string> BuildAsync(string tag, params string[] options) =>
        Docker.RunAsync(["build", "--network", "host", "--build-arg", "NUGET_CERT_REVOCATION_MODE", "--tag", images.Add(tag), .. options, RepositoryRoot()]);

    private static string RepositoryRoot([CallerFilePath] string path = "")
    {
        var folder = Path.GetDirectoryName(path);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Dockerfile")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No Dockerfile above {path}.");
    }
}
