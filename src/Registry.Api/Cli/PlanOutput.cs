using System.CommandLine;
using Registry.Api.Admin;
using Registry.Storage.Model;

namespace Registry.Api.Cli;

internal enum PlanFormat
{
    Table,
    Json,
    Diff,
}

/// <summary>A plan with everything that it lists.</summary>
internal sealed record WholePlan(PlanView Plan, IReadOnlyList<PlannedTagView> Tags, IReadOnlyList<PlannedManifestView> Manifests);

/// <summary>Prints a plan: as a table for people, as JSON for scripts, or as a diff, a line for each thing that goes.</summary>
internal static class PlanOutput
{
    public static Option<PlanFormat> Format() => new("--format") { Description = "How to print the plan; --json is short for --format json.", DefaultValueFactory = _ => PlanFormat.Table };

    public static async Task WriteAsync(ParseResult parsed, PlanFormat format, AdminClient client, PlanView plan, CancellationToken cancellationToken)
    {
        var whole = new WholePlan(
            plan,
            await client.GetAllAsync<PlannedTagView>($"/plans/{Output.Number(plan.Id)}/tags", tag => tag.Id, cancellationToken),
            await client.GetAllAsync<PlannedManifestView>($"/plans/{Output.Number(plan.Id)}/manifests", manifest => manifest.Id, cancellationToken));
        if (format == PlanFormat.Json || parsed.GetValue(ClientCommands.Json))
        {
            Output.WriteJson(whole);
            return;
        }

        if (format == PlanFormat.Diff)
        {
            WriteDiff(whole);
        }
        else
        {
            WriteTable(whole);
        }

        WriteSum(plan);
    }

    private static void WriteTable(WholePlan whole)
    {
        if (whole.Tags.Count > 0)
        {
            Output.WriteTable(
                ["tag", "digest", "pushed (UTC)", "pulled (UTC)", "size", "why", ""],
                whole.Tags.Select(t => new[] { $"{t.Repository}:{t.Tag}", Digest.Shorten(t.Digest), Output.Time(t.PushedAt), Output.Time(t.LastPulledAt), Output.Bytes(t.Size), t.Reason, t.Outcome == "planned" ? "" : t.Outcome }));
        }

        if (whole.Manifests.Count > 0)
        {
            Output.WriteTable(
                ["manifest that nothing keeps then", "pushed (UTC)", "pulled (UTC)", "size"],
                whole.Manifests.Select(m => new[] { $"{m.Repository}@{Digest.Shorten(m.Digest)}", Output.Time(m.PushedAt), Output.Time(m.LastPulledAt), Output.Bytes(m.Size) }));
        }
    }

    private static void WriteDiff(WholePlan whole)
    {
        foreach (var tag in whole.Tags)
        {
            Console.WriteLine($"- {tag.Repository}:{tag.Tag} -> {tag.Digest}  # {tag.Reason}");
        }

        foreach (var manifest in whole.Manifests)
        {
            Console.WriteLine($"- {manifest.Repository}@{manifest.Digest}  # {Output.Bytes(manifest.Size)}, nothing else keeps it");
        }
    }

    private static void WriteSum(PlanView plan)
    {
        Output.Say(
            $"Plan {Output.Number(plan.Id)}: {Output.Number(plan.Tags)} tags go, with them {Output.Number(plan.Manifests)} manifests and {Output.Number(plan.Blobs)} blobs. It frees {Output.Number(plan.FreedBytes)} bytes ({Output.Bytes(plan.FreedBytes)}).");
        if (plan.Budget is { } budget)
        {
            Output.Say($"The budget is {Output.Bytes(budget.Bytes)}{(budget.StillOverBytes > 0 ? $", and {Output.Bytes(budget.StillOverBytes)} more than its high mark stays: rules, pins or promises keep it" : "")}.");
        }

        Output.Say(plan switch
        {
            { AppliedAt: { } at } => $"Applied {Output.Time(at)} UTC by {plan.AppliedBy}: {Output.Number(plan.RemovedTags)} tags removed.",
            { PolicyVersion: null } => "By a policy that is only tried out: it cannot be applied.",
            { Tags: 0 } => "Nothing is to be removed.",
            _ => $"Nothing was removed. 'retention apply {Output.Number(plan.Id)}' does exactly this.",
        });
    }
}
