using Registry.Testing;

namespace Registry.Conformance.Soak;

/// <summary>
/// The soak on trial: a registry that was built without one of its guards breaks promises, and the soak finds it out. Each
/// guard has one place in the source (<c>#if WITHOUT_…</c>) that the MSBuild property <c>DisabledGuard</c> leaves out, and
/// what was built with it is never published.
/// </summary>
[Collection(nameof(Alone))]
public sealed class DisabledGuardTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(45);

    private static readonly string Project = Path.Combine(Checkout.Folder, "src", "Registry.Api");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-without-guard-");

    /// <summary>A pull renews no promise; what a removed manifest needed gets none; a plan takes tags that were pushed since it was checked.</summary>
    [Fact]
    public async Task A_registry_without_a_guard_is_found_out()
    {
        foreach (var guard in new[] { "PROMISE_RENEWAL", "PROMISE_AT_DROP", "PLAN_RECHECK" })
        {
            var report = await SoakedRegistry.SoakAsync(Longest, maxBroken: 1, await BuildWithoutAsync(guard));
            Assert.True(report.Broken > 0, $"Without {guard} nothing was noticed.\n{report}");
        }

        var published = await Tool.TryRunAsync("dotnet", ["publish", Project, "--no-build", .. Arguments("PROMISE_AT_DROP")]);
        Assert.True(published.ExitCode != 0 && published.Output.Contains("this registry breaks its promises", StringComparison.Ordinal), published.Output);
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Nothing of the build stays behind: neither a compiler server nor a node.</summary>
    private string[] Arguments(string guard) =>
        ["-c", "Release", "--artifacts-path", folder.FullName, $"-p:DisabledGuard={guard}", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "--nodeReuse:false"];

    /// <summary>All of the build's files go to the test's own folder.</summary>
    private async Task<string> BuildWithoutAsync(string guard)
    {
        await Tool.RunAsync("dotnet", ["build", Project, .. Arguments(guard)]);
        return Path.Combine(folder.FullName, "bin", "Registry.Api", "release", "Registry.Api.dll");
    }
}
