using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace Registry.Conformance.Official;

/// <summary>
/// Runs the suite of opencontainers/distribution-spec as its maintainers publish it: an image that takes its settings from
/// the environment, tries a registry, and leaves its results in a folder.
/// </summary>
internal static class OfficialSuite
{
    private const string ResultsFolder = "/results";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>The image; <c>REGISTRY_CONFORMANCE_IMAGE</c> names another one. It is published as main and by version, never as latest.</summary>
    public static string Image { get; } =
        Environment.GetEnvironmentVariable("REGISTRY_CONFORMANCE_IMAGE") is { Length: > 0 } image ? image : "ghcr.io/opencontainers/distribution-spec/conformance:main";

    /// <summary>Runs <paramref name="image"/>, which is here already, against <paramref name="registry"/> at the strictest level.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">It ended without results; the message has its output.</exception>
    public static async Task<SuiteReport> RunAsync(string image, Uri registry, string repositories, string? user = null, string? password = null)
    {
        // Containers are removed below, so nothing needs the reaper, which would be one more image to pull.
        TestcontainersSettings.ResourceReaperEnabled = false;
        using var limit = new CancellationTokenSource(Limit);
        await using var container = new ContainerBuilder(image)
            .WithEnvironment("OCI_REGISTRY", registry.Authority)
            .WithEnvironment("OCI_TLS", registry.Scheme == Uri.UriSchemeHttps ? "enabled" : "disabled")
            .WithEnvironment("OCI_REPO1", $"{repositories}/one")
            .WithEnvironment("OCI_REPO2", $"{repositories}/two")
            .WithEnvironment("OCI_USERNAME", user ?? "")
            .WithEnvironment("OCI_PASSWORD", password ?? "")
            .WithEnvironment("OCI_VERSION", "dev")
            .WithEnvironment("OCI_RESULTS_DIR", ResultsFolder)
            // The registry listens on the host's loopback, which only the host's own network reaches.
            .WithCreateParameterModifier(container => (container.HostConfig ??= new()).NetworkMode = "host")
            .WithWaitStrategy(Wait.ForUnixContainer().AddCustomWaitStrategy(new Started(), wait => wait.WithMode(WaitStrategyMode.OneShot)))
            .Build();
        await container.StartAsync(limit.Token);
        var exitCode = await container.GetExitCodeAsync(limit.Token);
        var (output, errors) = await container.GetLogsAsync(ct: limit.Token);
        try
        {
            var report = SuiteReport.Read(await ReadAsync(container, "results.yaml", limit.Token), await ReadAsync(container, "junit.xml", limit.Token));
            return exitCode != 0 && report.Problems.Count == 0 ? new SuiteReport([$"exit code: {exitCode}\n{errors}"]) : report;
        }
        catch (FileNotFoundException e)
        {
            throw new Xunit.Sdk.XunitException($"{image} ended with {exitCode} and without {e.FileName}.\n{output}\n{errors}");
        }
    }

    private static async Task<string> ReadAsync(IContainer container, string file, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(await container.ReadFileAsync($"{ResultsFolder}/{file}", cancellationToken));

    /// <summary>The suite may be over before anyone looks: having started is enough, its end is waited for.</summary>
    private sealed class Started : IWaitUntil
    {
        public Task<bool> UntilAsync(IContainer container) => Task.FromResult(true);
    }
}
