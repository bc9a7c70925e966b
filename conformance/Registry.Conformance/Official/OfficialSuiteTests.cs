using Registry.Conformance.Target;

namespace Registry.Conformance.Official;

/// <summary>The official suite against the registry under test, with everything on: nothing may fail and nothing may be skipped.</summary>
public sealed class OfficialSuiteTests(RegistryUnderTest registry)
{
    [Fact]
    public async Task Official_suite_finds_nothing_failed_and_nothing_skipped()
    {
        await DockerEngine.RequireAsync();
        if (await DockerEngine.TryGetAsync(OfficialSuite.Image) is { } reason)
        {
            // The one test that may be skipped under CI too: the image is elsewhere, and not every machine gets there.
            Assert.Skip($"The image {OfficialSuite.Image} is not here and cannot be pulled: {reason}");
        }

        var report = await OfficialSuite.RunAsync(OfficialSuite.Image, registry.Url, registry.NewRepository().Name, registry.User, registry.Password);
        Assert.True(report.Problems.Count == 0, string.Join('\n', report.Problems));
    }
}
