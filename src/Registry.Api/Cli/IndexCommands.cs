using System.CommandLine;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>index status</c>, <c>snapshot</c>, <c>restore</c> and <c>verify</c>: the index and its copies in the bucket.</summary>
internal static class IndexCommands
{
    public static Command Create() => new("index", "The index and its copies in the bucket: who owns it, snapshots, restore.")
    {
        CreateStatus(), CreateSnapshot(), RestoreCommands.CreateRestore(), RestoreCommands.CreateVerify(),
    };

    private static Command CreateStatus()
    {
        var command = new Command("status", "Shows who owns the bucket, and what of the index is in it. A standby answers this, too.");
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var index = await client.GetAsync<IndexView>(IndexEndpoints.Path, cancellationToken);
            if (!Output.WriteJson(parsed, index))
            {
                Output.WriteTable(["index", ""], Rows(index));
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateSnapshot()
    {
        var command = new Command("snapshot", "Has the registry write a copy of the whole index to the bucket now, and waits for it.");
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var taken = await client.PostAsync<SnapshotView>($"{IndexEndpoints.Path}/snapshots", content: null, cancellationToken);
            if (!Output.WriteJson(parsed, taken))
            {
                Output.WriteTable(["snapshot", "size", "taken (UTC)"], [[Output.Number(taken.Number), Output.Bytes(taken.Bytes), Output.Time(taken.TakenAt)]]);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static IEnumerable<string[]> Rows(IndexView index)
    {
        yield return ["role", index.Description];
        yield return ["answers", index.Answers ? "yes" : "no"];
        if (index.Owner is { } owner)
        {
            yield return ["owner", $"{owner}, since number {Output.Number(index.Term)} of the journal"];
        }

        if (index.Number is { } number)
        {
            yield return ["journal", $"number {Output.Number(number)}, {Output.Bytes(index.JournalBytes ?? 0)} in the bucket"];
            yield return ["lag", Output.Number(index.Lag ?? 0)];
            yield return ["snapshot", index.LastSnapshot is { } last ? $"number {Output.Number(last.Number)}, {Output.Bytes(last.Bytes)}, {Output.Time(last.TakenAt)} UTC" : "none yet"];
            yield return ["snapshots in all", Output.Bytes(index.SnapshotBytes ?? 0)];
        }

        if (index.Problem is { } problem)
        {
            yield return ["problem", problem];
        }
    }
}
