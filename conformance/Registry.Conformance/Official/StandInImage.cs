using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Images;
using Registry.Testing;

namespace Registry.Conformance.Official;

/// <summary>
/// An image that stands in for the official suite's: from scratch, with Debian's static busybox and a script that speaks to
/// the registry it is given and writes results in the official form.
/// </summary>
internal sealed class StandInImage : IAsyncDisposable
{
    private const string Busybox = "/bin/busybox";

    private readonly DirectoryInfo folder;
    private readonly IFutureDockerImage image;

    private StandInImage(DirectoryInfo folder, IFutureDockerImage image) => (this.folder, this.image) = (folder, image);

    public string Name => image.FullName;

    /// <summary>Builds an image that runs <paramref name="script"/> with busybox's shell, in which <c>$PING</c> is how GET /v2/ went.</summary>
    public static async Task<StandInImage> BuildAsync(string script)
    {
        TestcontainersSettings.ResourceReaperEnabled = false;
        Tool.Require(File.Exists(Busybox), $"{Busybox} is not installed; ./test.sh installs busybox-static.");
        var folder = Directory.CreateTempSubdirectory("stand-in-");
        File.Copy(Busybox, Path.Combine(folder.FullName, "busybox"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "suite"), $"""
            PING=FAIL
            /bin/busybox wget -q -O /dev/null "http://$OCI_REGISTRY/v2/" && PING=Pass
            /bin/busybox mkdir -p "$OCI_RESULTS_DIR"
            cd "$OCI_RESULTS_DIR"
            {script}
            """);
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "Dockerfile"), $"""
            FROM scratch
            COPY busybox {Busybox}
            COPY suite /suite
            ENTRYPOINT ["{Busybox}", "sh", "/suite"]
            """);
        var image = new ImageFromDockerfileBuilder().WithDockerfileDirectory(folder.FullName).Build();
        await image.CreateAsync();
        return new StandInImage(folder, image);
    }

    public async ValueTask DisposeAsync()
    {
        await image.DeleteAsync();
        await image.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
