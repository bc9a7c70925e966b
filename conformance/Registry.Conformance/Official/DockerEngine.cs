using Registry.Testing;

namespace Registry.Conformance.Official;

/// <summary>The Docker engine on which images run; asked by its own client, whose messages a person understands.</summary>
internal static class DockerEngine
{
    private const string ApiVersion = "DOCKER_API_VERSION";

    /// <summary>Skips the running test where no engine answers; under CI=true fails it.</summary>
    public static async Task RequireAsync()
    {
        Tool.Require("docker");
        var version = await Tool.TryRunAsync("docker", ["version", "--format", "{{.Server.APIVersion}}"]);
        Tool.Require(version.ExitCode == 0, $"No Docker engine answers; ./test.sh starts one. {version.Error.Trim()}");

        // Testcontainers speaks the newest version that it knows, and an older engine refuses that.
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ApiVersion)))
        {
            Environment.SetEnvironmentVariable(ApiVersion, version.Output.Trim());
        }
    }

    /// <summary>Has the image here, pulled if need be; the reason if that cannot be, null if it can.</summary>
    public static async Task<string?> TryGetAsync(string image)
    {
        if ((await Tool.TryRunAsync("docker", ["image", "inspect", image])).ExitCode == 0)
        {
            return null;
        }

        var pulled = await Tool.TryRunAsync("docker", ["pull", "--quiet", image]);
        return pulled.ExitCode == 0 ? null : pulled.Error.Trim();
    }
}
