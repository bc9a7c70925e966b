using Registry.Testing;

namespace Registry.Clients.Tests.Clients;

/// <summary>
/// A storage of podman's or buildah's own below one folder, so that nothing of the machine's is touched and a second one
/// knows nothing of the first. The vfs driver works everywhere: as root, without root, and in a container.
/// </summary>
internal sealed class ContainerStorage(string folder)
{
    private readonly string[] options = ["--root", Path.Combine(folder, "root"), "--runroot", Path.Combine(folder, "run"), "--storage-driver", "vfs"];

    public Task<string> BuildahAsync(params string[] arguments) => Tool.RunAsync("buildah", [.. options, .. arguments]);

    public Task<string> PodmanAsync(params string[] arguments) => Tool.RunAsync("podman", PodmanArguments(arguments));

    public Task<ToolResult> TryPodmanAsync(params string[] arguments) => Tool.TryRunAsync("podman", PodmanArguments(arguments));

    /// <summary>Runs the image with podman, with nothing around it, and returns what it prints.</summary>
    public Task<string> PrintedByAsync(string image) =>
        // Limits that any user may set, and runc where it is there: crun refuses machines that mix both kinds of cgroups.
        PodmanAsync([.. Runtime(), "run", "--rm", "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", image]);

    private static string[] Runtime() => Tool.Find("runc") is { } runc ? ["--runtime", runc] : [];

    private string[] PodmanArguments(string[] arguments) =>
        [.. options, "--tmpdir", Path.Combine(folder, "tmp"), "--cgroup-manager", "cgroupfs", "--events-backend", "none", .. arguments];
}
