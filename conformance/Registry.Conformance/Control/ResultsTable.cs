using System.Text;
using Registry.Conformance.Requirements;
using Registry.Testing;

namespace Registry.Conformance.Control;

/// <summary>One requirement and what the two registries made of it.</summary>
internal sealed record Result(Requirement Requirement, Verdict Ours, Verdict Control);

/// <summary>The tables in <c>conformance/RESULTS.md</c> (whole) and <c>README.md</c> (by section).</summary>
internal static class ResultsTable
{
    /// <summary>How many requirements of each section the two passed.</summary>
    public static string BySection(IReadOnlyList<Result> results, string controlVersion)
    {
        var table = new StringBuilder($"| section of the specification | requirements | ours passes | docker-registry {controlVersion} passes |\n|---|---|---|---|\n");
        foreach (var section in results.GroupBy(result => result.Requirement.Section))
        {
            AppendRow(section.Key, [.. section]);
        }

        AppendRow("**all**", results);
        return table.ToString();

        void AppendRow(string name, IReadOnlyList<Result> rows) =>
            table.Append($"| {name} | {rows.Count} | {rows.Count(row => row.Ours == Verdict.Pass)} | {rows.Count(row => row.Control == Verdict.Pass)} |\n");
    }

    public static string ByRequirement(IReadOnlyList<Result> results, string controlVersion)
    {
        var table = new StringBuilder($"The control is Debian's `{DebianRegistry.Program}`, version {controlVersion}, with deletion enabled.\n\n| | ours | control |\n|---|---|---|\n");
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            table.Append($"| {Shown(verdict)} | {results.Count(r => r.Ours == verdict)} | {results.Count(r => r.Control == verdict)} |\n");
        }

        table.Append("\n| section | level | requirement | ours | control |\n|---|---|---|---|---|\n");
        foreach (var (requirement, ours, control) in results)
        {
            table.Append($"| {requirement.Section} | {Shown(requirement.Level)} | {Escaped(requirement.Sentence)} | {Shown(ours)} | {Shown(control)} |\n");
        }

        return table.ToString();
    }

    private static string Shown(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.Fail => "**fail**",
        Verdict.NotOffered => "not offered",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, null),
    };

    private static string Shown(Level level) => level switch
    {
        Level.Must => "MUST",
        Level.Should => "SHOULD",
        Level.WhenOffered => "when offered",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
    };

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
