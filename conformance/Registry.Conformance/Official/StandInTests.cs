using Registry.Conformance.Target;

namespace Registry.Conformance.Official;

/// <summary>The way from the image to the verdict, on trial with images whose results are known.</summary>
public sealed class StandInTests(RegistryUnderTest registry)
{
    private const string Passing = """
        echo "config: {registry: $OCI_REGISTRY, version: 1.1+$OCI_VERSION}
        apis: {Ping: $PING, Blob get range: Pass}
        data: {Image: Pass, Sparse Manifests: Disabled}" >results.yaml
        echo '<testsuites><testsuite><testcase name="OCI Conformance Test/ping" status="passed"/></testsuite></testsuites>' >junit.xml
        """;

    [Fact]
    public async Task Suite_that_passes_has_no_problems() => Assert.Empty(await ProblemsAsync(Passing, registry.Url));

    [Fact]
    public async Task Whatever_failed_or_was_skipped_is_named_and_nothing_else()
    {
        var problems = await ProblemsAsync(
            """
            echo "config: {version: 1.1+dev}
            apis: {Ping: $PING, Blob get: Pass, Blob get range: Skip, Tag delete: Disabled}
            data: {Image: FAIL, Index: Pass, Nested Index: Error}" >results.yaml
            echo '<testsuites><testsuite>
            <testcase name="ping" status="passed"/>
            <testcase name="range 500-0" status="skipped"><system-out>full blob returned</system-out></testcase>
            </testsuite></testsuites>' >junit.xml
            exit 1
            """,
            registry.Url);
        Assert.Equal(
            ["API 'Blob get range': Skip", "API 'Tag delete': Disabled", "data 'Image': FAIL", "data 'Nested Index': Error", "check 'range 500-0': skipped full blob returned"],
            problems);
    }

    [Fact]
    public async Task Suite_that_does_not_reach_the_registry_says_so() =>
        Assert.Equal(["API 'Ping': FAIL"], await ProblemsAsync(Passing, new Uri("http://127.0.0.1:1")));

    [Fact]
    public async Task Suite_that_leaves_no_results_fails_with_its_output()
    {
        var failure = await Assert.ThrowsAsync<Xunit.Sdk.XunitException>(() => ProblemsAsync("echo no configuration >&2", registry.Url));
        Assert.Contains("without results.yaml", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no configuration", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suite_that_ends_badly_without_a_reason_is_a_problem() =>
        Assert.StartsWith("exit code: 3", Assert.Single(await ProblemsAsync($"{Passing}\nexit 3", registry.Url)), StringComparison.Ordinal);

    [Fact]
    public void Empty_results_are_problems() =>
        Assert.Equal(
            ["level: '1.1', not the strictest one (dev)", "API: none was tried", "data: none was tried", "check: none was made"],
            SuiteReport.Read("config: {version: \"1.1\"}\napis: {}", "<testsuites/>").Problems);

    [Fact]
    public async Task Image_that_is_nowhere_has_a_reason()
    {
        await DockerEngine.RequireAsync();
        Assert.NotNull(await DockerEngine.TryGetAsync("127.0.0.1:1/not/there"));
    }

    private static async Task<IReadOnlyList<string>> ProblemsAsync(string script, Uri registry)
    {
        await DockerEngine.RequireAsync();
        await using var image = await StandInImage.BuildAsync(script);
        return (await OfficialSuite.RunAsync(image.Name, registry, "conformance")).Problems;
    }
}
