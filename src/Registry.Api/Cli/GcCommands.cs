using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Registry.Api.Admin;
using Spectre.Console;

namespace Registry.Api.Cli;

/// <summary><c>gc run</c> and <c>gc status</c>: ask for a run of the collection, and see what runs did.</summary>
internal static class GcCommands
{
    private const int WideEnough = 250;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create() => new("gc", "The collection: what nothing names any more is removed, while everything goes on.") { CreateRun(), CreateStatus() };

    private static Command CreateRun()
    {
        var wait = new Option<bool>("--wait") { Description = "Waits until the run has ended; exit code 1 if it failed." };
        var command = new Command("run", "Asks for a run of the collection.") { wait };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, parsed.GetValue(wait), cancellationToken));
        return command;
    }

    private static Command CreateStatus()
    {
        var count = new Option<int>("--count") { Description = "How many runs to show.", DefaultValueFactory = _ => 10 };
        var command = new Command("status", "Shows the latest runs.") { count };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new AdminClient(parsed.GetValue(ClientCommands.Server)!);
            Print(parsed, await client.GetAsync<List<RunView>>($"/runs?n={parsed.GetValue(count).ToString(CultureInfo.InvariantCulture)}", cancellationToken));
            return ClientCommands.Success;
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, bool wait, CancellationToken cancellationToken)
    {
        using var client = new AdminClient(parsed.GetValue(ClientCommands.Server)!);
        var run = await client.PostAsync<RunView>("/runs", cancellationToken);
        while (wait && run.EndedAt is null)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            run = await client.GetAsync<RunView>($"/runs/{run.Id.ToString(CultureInfo.InvariantCulture)}", cancellationToken);
        }

        Print(parsed, [run]);
        return run.Status == RunView.Failed ? ClientCommands.Failure : ClientCommands.Success;
    }

    private static void Print(ParseResult parsed, IReadOnlyList<RunView> runs)
    {
        if (parsed.GetValue(ClientCommands.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(runs, Indented));
            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var title in new[] { "run", "status", "by", "started (UTC)", "took", "tags", "manifests", "links", "uploads", "objects", "freed", "failed" })
        {
            table.AddColumn(new TableColumn(title).NoWrap());
        }

        foreach (var run in runs)
        {
            table.AddRow(Cells(run).Select(Markup.Escape).ToArray());
        }

        if (Console.IsOutputRedirected)
        {
            // Nobody's terminal is too narrow then.
            AnsiConsole.Profile.Width = WideEnough;
        }

        AnsiConsole.Write(table);
        foreach (var run in runs.Where(run => run.Error is not null))
        {
            AnsiConsole.WriteLine($"Run {run.Id}: {run.Error}");
        }
    }

    private static string[] Cells(RunView run) =>
    [
        Text(run.Id), run.EndedAt is null ? $"{run.Status}: {run.Step}" : run.Status, run.By, run.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        run.EndedAt is { } end ? $"{(end - run.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s" : "",
        Text(run.Tags), Text(run.Manifests), Text(run.Links), Text(run.Uploads), Text(run.Objects), Bytes(run.FreedBytes), Text(run.FailedObjects),
    ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var (size, unit) = ((double)bytes, 0);
        while (size >= 1024 && unit < units.Length - 1)
        {
            (size, unit) = (size / 1024, unit + 1);
        }

        return $"{size.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
