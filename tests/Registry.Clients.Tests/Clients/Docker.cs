using Registry.Testing;

namespace Registry.Clients.Tests.Clients;

/// <summary>The docker client and the engine that it talks to.</summary>
internal static class Docker
{
    /// <summary>Skips the running test where there is no docker, or no engine that answers it.</summary>
    public static async Task RequireAsync()
    {
        Tool.Require("docker");
        var version = await Tool.TryRunAsync("docker", ["version"]);
        Tool.Require(version.ExitCode == 0, $"No Docker engine answers: {version.Error.Trim()}");
    }

    /// <summary>Skips the running test where the engine does not have <paramref name="image"/>.</summary>
    public static async Task RequireImageAsync(string image) =>
        Tool.Require(await HasImageAsync(image), $"The engine does not have '{image}'; ./test.sh sees to that.");

    public static Task<string> RunAsync(params string[] arguments) => Tool.RunAsync("docker", arguments);

    public static async Task<bool> HasImageAsync(string image)
    {
        var inspected = await Tool.TryRunAsync("docker", ["image", "inspect", image]);
        Assert.True(inspected.ExitCode == 0 || inspected.Error.Contains("No such image", StringComparison.OrdinalIgnoreCase), inspected.Error);
        return inspected.ExitCode == 0;
    }

    /// <summary>The image's id: the digest of its config or of its manifest, as the engine keeps images.</summary>
    public static Task<string> ImageIdAsync(string image) => InspectAsync(image, "{{.Id}}");

    /// <summary>What <paramref name="format"/> says about an image or a container.</summary>
    public static async Task<string> InspectAsync(string name, string format) => (await RunAsync("inspect", "--format", format, name)).Trim();

    /// <summary>Runs the image with nothing around it and returns what it prints.</summary>
    public static Task<string> PrintedByAsync(string image) => RunAsync("run", "--rm", "--network", "none", image);
}
