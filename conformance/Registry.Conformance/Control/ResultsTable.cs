using System.Text;
using Registry.Conformance.Requirements;

namespace Registry.Conformance.Control;

/// <summary>One requirement and what the two registries made of it.</summary>
internal sealed record Result(Requirement Requirement, Verdict Ours, Verdict Control);

/// <summary>The table in <c>conformance/RESULTS.md</c>.</summary>
internal static class ResultsTable
{
    /// <summary>Where the file is, from wherever in the repository the tests run; null outside of it.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Registry.sln")))
            {
                return Path.Combine(folder.FullName, "conformance", "RESULTS.md");
            }
        }

        return null;
    }

    public static string Write(IReadOnlyList<Result> results, string controlVersion)
    {
        var table = new StringBuilder();
        table.AppendLine("# Results").AppendLine()
            .AppendLine("Written by the tests (`REGISTRY_WRITE_RESULTS=1`), which also check that it is up to date.").AppendLine()
            .AppendLine($"The control is Debian's `{ControlRegistry.Program}`, version {controlVersion}, with deletion enabled.").AppendLine()
            .AppendLine("| | ours | control |").AppendLine("|---|---|---|");
        foreach (var verdict in Enum.GetValues<Verdict>())
        {
            table.AppendLine($"| {Shown(verdict)} | {results.Count(r => r.Ours == verdict)} | {results.Count(r => r.Control == verdict)} |");
        }

        table.AppendLine().AppendLine("| section | level | requirement | ours | control |").AppendLine("|---|---|---|---|---|");
        foreach (var (requirement, ours, control) in results)
        {
            table.AppendLine($"| {requirement.Section} | {Shown(requirement.Level)} | {Escaped(requirement.Sentence)} | {Shown(ours)} | {Shown(control)} |");
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
