using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Admin;

/// <summary>A registry in which everything is over after a second, and that collects only when it is asked to.</summary>
public sealed class CollectingRegistry : RegistryFixture
{
    private const string Never = "0 0 0 1 1 ? 2099";

    private protected override IEnumerable<string> Arguments =>
    [
        "--Registry:Collection:Promise=00:00:01", "--Registry:Collection:UntaggedAfter=00:00:00", "--Registry:Collection:Drain=00:00:00",
        $"--Registry:Collection:Schedule={Never}",
    ];

    /// <summary>Runs the program itself, as an admin does beside the registry.</summary>
    internal Task<ToolResult> RunCommandAsync(params string[] arguments) =>
        Tool.TryRunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Registry.Api.dll"), .. arguments, "--server", Process.Url.ToString()]);
}
