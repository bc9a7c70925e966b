using Registry.Testing;

namespace Registry.Conformance.Soak;

/// <summary>
/// The soak on trial: a registry that was built without one of its guards breaks promises, and the soak finds it out. Each
/// guard has one place in the source (<c>#if WITHOUT_…</c>) that the MSBuild property <c>DisabledGuard</c> leaves out.
/// </summary>
[Collection(nameof(Alone))]
public sealed class DisabledGuardTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(45);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("registry-without-guard-");

    /// <summary>A pull renews no promise; and what a removed manifest needed gets none.</summary>
    [Fact]
    public async Task A_registry_without_a_guard_is_found_out()
    {
        foreach (var guard in new[] { "PROMISE_RENEWAL", "PROMISE_AT_DROP" })
        {
            var report = await SoakedRegistry.SoakAsync(Longest, maxBroken: 1, await BuildWithoutAsync(guard));
            Assert.True(report.Broken > 0, $"Without {guard} nothing was noticed.\n{report}");
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>All of the build's files go to the test's own folder.</summary>
    private async Task<string> BuildWithoutAsync(string guard)
    {
        var project = Path.Combine(Checkout.Folder, "src", "Registry.Api");
        // Nothing of the build stays behind: neither a compiler server nor a node.
        await Tool.RunAsync("dotnet", ["build", project, "-c", "Release", "--artifacts-path", folder.FullName, $"-p:DisabledGuard={guard}", "-p:RunAnalyzers=false", "-p:UseSharedCompilation=false", "--nodeReuse:false"]);
        return Path.Combine(folder.FullName, "bin", "Registry.Api", "release", "Registry.Api.dll");
    }
}
