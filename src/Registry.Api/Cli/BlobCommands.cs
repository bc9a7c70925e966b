using System.CommandLine;
using System.Globalization;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>blobs migrate</c> and <c>blobs status</c>: all stored objects go to another store, while everything goes on.</summary>
internal static class BlobCommands
{
    public static Command Create() => new("blobs", "The stored objects: move them to another store while the registry serves.") { CreateMigrate(), CreateStatus() };

    private static Command CreateMigrate()
    {
        var to = new Option<string>("--to") { Description = "The store that is to have everything: s3 or filesystem. It must be that of the configuration.", Required = true };
        to.AcceptOnlyFromAmong("s3", "filesystem");
        var noWait = new Option<bool>("--no-wait") { Description = "Returns at once; 'blobs status' shows how it goes." };
        var command = new Command("migrate", "Moves all stored objects to the store of the configuration. Ctrl-C ends the waiting, not the move.") { to, noWait };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var migration = await client.PostAsync<MigrationView>($"/migrations?to={parsed.GetValue(to)}", content: null, cancellationToken);
            if (!parsed.GetValue(noWait))
            {
                migration = await FollowAsync(client, migration, parsed.GetValue(ClientCommands.Json), cancellationToken);
            }

            Write(parsed, [migration]);
            return migration.Status == MigrationView.Failed ? ExitCodes.Failure
                : migration.Status == MigrationView.Done && migration.Left > 0 ? ExitCodes.Findings
                : ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateStatus()
    {
        var count = new Option<int>("--count") { Description = "How many migrations to show.", DefaultValueFactory = _ => 10 };
        var command = new Command("status", "Shows the latest migrations.") { count };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            Write(parsed, await client.GetAsync<List<MigrationView>>($"/migrations?n={Output.Number(parsed.GetValue(count))}", cancellationToken));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Task<MigrationView> FollowAsync(AdminClient client, MigrationView migration, bool isQuiet, CancellationToken cancellationToken) =>
        Following.RunAsync(
            migration, () => client.GetAsync<MigrationView>($"/migrations/{Output.Number(migration.Id)}", cancellationToken), now => now.EndedAt is not null, Show, isQuiet, cancellationToken);

    private static (string Line, double? Done) Show(MigrationView now) => now.Step == "waiting"
        ? ($"waiting until {Output.Number(now.Left)} objects in use are deleted or finished", null)
        : ($"{now.Step}  {Output.Number(now.MovedObjects)} of {Output.Number(now.Objects)} objects, {Output.Bytes(now.MovedBytes)} of {Output.Bytes(now.Bytes)}{(now.Error is null ? "" : $" (held up: {now.Error})")}", now.Bytes > 0 ? (double)now.MovedBytes / now.Bytes : null);

    private static void Write(ParseResult parsed, IReadOnlyList<MigrationView> migrations)
    {
        if (Output.WriteJson(parsed, migrations))
        {
            return;
        }

        Output.WriteTable(["migration", "status", "from", "to", "started (UTC)", "took", "moved", "skipped", "left"], migrations.Select(Cells));
        foreach (var migration in migrations)
        {
            if (Explain(migration) is { } sentence)
            {
                Output.Say($"Migration {migration.Id}: {sentence}");
            }
        }
    }

    private static string? Explain(MigrationView migration) => migration switch
    {
        { Error: { } error } => error,
        { Status: MigrationView.Done, Left: 0 } => $"nothing is left in {migration.From}. Remove Registry:Storage:MigrateFrom from the configuration and restart when it suits.",
        { Status: MigrationView.Done } => $"{migration.Skipped} blobs have wrong bytes and stay in {migration.From}. 'check findings' says what to push again; then migrate once more.",
        { Step: "waiting" } => $"all is moved; {migration.Left} objects in {migration.From} are deleted when the drain is over, or belong to uploads that have not ended.",
        _ => null,
    };

    private static string[] Cells(MigrationView migration) =>
    [
        Output.Number(migration.Id), migration.EndedAt is null ? $"{migration.Status}: {migration.Step}" : migration.Status, migration.From, migration.To, Output.Time(migration.StartedAt),
        migration.EndedAt is { } end ? $"{(end - migration.StartedAt).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s" : "",
        $"{Output.Number(migration.MovedObjects)} of {Output.Number(migration.Objects)} ({Output.Bytes(migration.MovedBytes)})", Output.Number(migration.Skipped), Output.Number(migration.Left),
    ];
}
