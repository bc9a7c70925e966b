using Registry.Soak;
using Registry.Testing;

namespace Registry.Conformance.Soak;

/// <summary>Our registry as a soak wants it: the promise is seconds, and the sweep runs all the time.</summary>
internal static class SoakedRegistry
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(3);

    private static readonly string[] Settings =
    [
        $"--Registry:Collection:Promise={Promise}",
        "--Registry:Collection:UntaggedAfter=00:00:00",
        "--Registry:Collection:Drain=00:00:01",
        "--Registry:Collection:UploadExpiry=00:00:05",
        "--Registry:Collection:Schedule=* * * * * ?",
    ];

    /// <summary>Soaks a fresh one, with a seed that the test's output has.</summary>
    /// <param name="program">Another build of the registry than the one that the tests were built with.</param>
    public static async Task<SoakReport> SoakAsync(TimeSpan duration, int maxBroken = int.MaxValue, string? program = null)
    {
        await using var registry = await RegistryProcess.StartAsync(arguments: Settings, program: program);
        var seed = Environment.GetEnvironmentVariable("SOAK_SEED") is { Length: > 0 } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.ProcessId;
        TestContext.Current.TestOutputHelper?.WriteLine($"SOAK_SEED={seed} repeats this soak, but for its timing.");
        var options = new SoakOptions { Registry = registry.Url, Admin = registry.Url, Promise = Promise, Duration = duration, Seed = seed, MaxBroken = maxBroken };
        var report = await Registry.Soak.Soak.RunAsync(options, TimeProvider.System, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"{report}");
        return report;
    }
}
