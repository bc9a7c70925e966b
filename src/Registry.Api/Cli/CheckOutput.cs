using System.CommandLine;
using System.Globalization;
using Registry.Api.Admin;
using Registry.Gc.Checking;
using Registry.Storage.Model;

namespace Registry.Api.Cli;

/// <summary>Prints checks, and what they have found.</summary>
internal static class CheckOutput
{
    public static bool IsOpen(FindingView finding) => FindingOutcomes.IsOpen(finding.Outcome);

    public static void WriteChecks(ParseResult parsed, IReadOnlyList<CheckView> checks)
    {
        if (Output.WriteJson(parsed, checks))
        {
            return;
        }

        Output.WriteTable(["check", "status", "by", "started (UTC)", "took", "manifests", "objects", "blobs read", "findings", "left to do"], checks.Select(Cells));
        foreach (var check in checks.Where(check => check.Error is not null))
        {
            Output.Say($"Check {check.Id}: {check.Error}");
        }
    }

    public static void WriteFindings(IReadOnlyList<FindingView> findings)
    {
        if (findings.Count == 0)
        {
            Output.Say("Nothing is wrong.");
            return;
        }

        Output.WriteTable(["finding", "what", "size", "outcome", "breaks"], findings.Select(Cells));
        foreach (var finding in findings.Where(finding => finding.Advice.Length > 0))
        {
            Output.Say($"{finding.Kind}, {Shorten(finding)}: {finding.Detail}. {finding.Advice}");
        }
    }

    private static string[] Cells(CheckView check) =>
    [
        Output.Number(check.Id), check.EndedAt is null ? $"{check.Status}: {check.Step}" : check.Status, check.By, Output.Time(check.StartedAt),
        check.EndedAt is { } end ? $"{(end - check.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s" : "",
        Output.Number(check.Manifests), Output.Number(check.Objects), check.Read ? $"{Output.Number(check.Blobs)} ({Output.Bytes(check.Bytes)})" : "not read",
        Output.Number(check.Findings), Output.Number(check.Open),
    ];

    private static string[] Cells(FindingView finding) =>
    [
        finding.Kind, Shorten(finding), finding.Size > 0 ? Output.Bytes(finding.Size) : "", finding.Outcome, string.Join(", ", finding.Breaks) + (finding.BreaksMore ? ", …" : ""),
    ];

    private static string Shorten(FindingView finding) => (finding.Repository is { } repository ? $"{repository}@" : "") + (Digest.TryParse(finding.Name, out _) ? Digest.Shorten(finding.Name) : finding.Name);
}
