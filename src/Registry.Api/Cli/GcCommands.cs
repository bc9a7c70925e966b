using System.CommandLine;
using System.Globalization;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>gc run</c> and <c>gc status</c>: ask for a run of the collection, and see what runs did.</summary>
internal static class GcCommands
{
    public static Command Create() => new("gc", "The collection: what nothing names any more is removed, while everything goes on.") { CreateRun(), CreateStatus() };

    private static Command CreateRun()
    {
        var wait = new Option<bool>("--wait") { Description = "Waits until the run has ended; exit code 1 if it failed." };
        var reconcile = new Option<bool>("--reconcile") { Description = "Compares all stored objects with the index in this run, not a small part of them." };
        var command = new Command("run", "Asks for a run of the collection.") { wait, reconcile };
        command.SetAction((client, parsed, cancellationToken) => RunAsync(client, parsed, parsed.GetValue(wait), parsed.GetValue(reconcile) ? $"?reconcile={RunEndpoints.All}" : "", cancellationToken));
        return command;
    }

    private static Command CreateStatus()
    {
        var count = new Option<int>("--count") { Description = "How many runs to show.", DefaultValueFactory = _ => 10 };
        var command = new Command("status", "Shows the latest runs.") { count };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            Print(parsed, await client.GetAsync<List<RunView>>($"/runs?n={Output.Number(parsed.GetValue(count))}", cancellationToken));
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<int> RunAsync(AdminClient client, ParseResult parsed, bool wait, string query, CancellationToken cancellationToken)
    {
        var run = await client.PostAsync<RunView>($"/runs{query}", content: null, cancellationToken);
        if (wait)
        {
            run = await RunProgress.FollowAsync(client, run, parsed.GetValue(ClientCommands.Json), cancellationToken);
        }

        Print(parsed, [run]);
        return run.Status == RunView.Failed ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static void Print(ParseResult parsed, IReadOnlyList<RunView> runs)
    {
        if (Output.WriteJson(parsed, runs))
        {
            return;
        }

        Output.WriteTable(
            ["run", "status", "by", "started (UTC)", "took", "tags", "manifests", "links", "uploads", "condemned", "freed", "failed"],
            runs.Select(Cells));
        foreach (var run in runs.Where(run => run.CondemnedObjects > run.Objects))
        {
            Output.Say($"Run {run.Id}: {run.CondemnedObjects - run.Objects} objects ({Output.Bytes(run.CondemnedBytes - run.FreedBytes)}) are condemned and still there; they are deleted by themselves when the drain time is over.");
        }

        foreach (var run in runs.Where(run => run.Unnamed + run.Missing > 0))
        {
            Output.Say($"Run {run.Id}: {run.Unnamed} stored objects had no name and are condemned; {run.Missing} blobs have lost their bytes. The log names them; a push of them heals them.");
        }

        foreach (var run in runs.Where(run => run.Error is not null))
        {
            Output.Say($"Run {run.Id}: {run.Error}");
        }
    }

    private static string Objects(long count, long bytes) => count == 0 ? "0" : $"{Output.Number(count)} ({Output.Bytes(bytes)})";

    private static string[] Cells(RunView run) =>
    [
        Output.Number(run.Id), run.EndedAt is null ? $"{run.Status}: {run.Step}" : run.Status, run.By, Output.Time(run.StartedAt),
        run.EndedAt is { } end ? $"{(end - run.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s" : "",
        Output.Number(run.Tags), Output.Number(run.Manifests), Output.Number(run.Links), Output.Number(run.Uploads),
        Objects(run.CondemnedObjects, run.CondemnedBytes), Objects(run.Objects, run.FreedBytes), Output.Number(run.FailedObjects),
    ];
}
