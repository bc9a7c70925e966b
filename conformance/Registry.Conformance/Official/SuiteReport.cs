using System.Xml.Linq;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Registry.Conformance.Official;

/// <summary>
/// What the official suite wrote: results.yaml, a verdict for each API and each kind of data, and junit.xml, one for each
/// check. Both count: in results.yaml one check that passes hides another of the same API that was skipped.
/// </summary>
/// <param name="Problems">Everything that is not a pass, named; empty if the registry conforms.</param>
internal sealed record SuiteReport(IReadOnlyList<string> Problems)
{
    private const string Pass = "Pass";
    private const string Disabled = "Disabled";

    /// <summary>Manifests whose content is not there: the specification lets a registry refuse them, the suite leaves them out, and we refuse them.</summary>
    private const string LeftOut = "Sparse Manifests";

    public static SuiteReport Read(string resultsYaml, string junitXml)
    {
        var results = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build()
            .Deserialize<Results?>(resultsYaml) ?? new Results();
        return new SuiteReport(
        [
            .. Level(results.Config.Version),
            .. NotPassed("API", results.Apis),
            .. NotPassed("data", results.Data),
            .. NotPassed(XDocument.Parse(junitXml)),
        ]);
    }

    private static IEnumerable<string> Level(string version) =>
        version.EndsWith("dev", StringComparison.Ordinal) ? [] : [$"level: '{version}', not the strictest one (dev)"];

    private static IEnumerable<string> NotPassed(string kind, Dictionary<string, string> verdicts) =>
        verdicts.Count == 0
            ? [$"{kind}: none was tried"]
            : verdicts.Where(v => v.Value != Pass && v is not { Key: LeftOut, Value: Disabled }).Select(v => $"{kind} '{v.Key}': {v.Value}");

    private static IEnumerable<string> NotPassed(XDocument junit)
    {
        var checks = junit.Descendants("testcase").ToList();
        return checks.Count == 0
            ? ["check: none was made"]
            : checks.Where(check => (string?)check.Attribute("status") != "passed")
                .Select(check => $"check '{(string?)check.Attribute("name")}': {(string?)check.Attribute("status")} {check.Element("system-out")?.Value}".TrimEnd());
    }

    private sealed class Results
    {
        public Config Config { get; set; } = new();

        public Dictionary<string, string> Apis { get; set; } = [];

        public Dictionary<string, string> Data { get; set; } = [];
    }

    private sealed class Config
    {
        public string Version { get; set; } = "";
    }
}
