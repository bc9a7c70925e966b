using System.CommandLine;
using System.Globalization;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>check</c>, <c>check status</c> and <c>check findings</c>: whether index and bytes agree, and what is wrong.</summary>
internal static class CheckCommands
{
    public static Command Create()
    {
        var read = new Option<bool>("--read") { Description = "Reads every blob and compares its digest." };
        var repair = new Option<bool>("--repair") { Description = "Mends what can be mended safely, and says of the rest what to do." };
        var wait = new Option<bool>("--wait") { Description = $"Waits until the check has ended, and shows what it has found; exit code {Output.Number(ExitCodes.Findings)} if something is left to do." };
        var command = new Command("check", "Checks whether the index and the stored bytes agree, while everything goes on.") { read, repair, wait, CreateStatus(), CreateFindings() };
        command.SetAction((client, parsed, cancellationToken) =>
            RunAsync(client, parsed, $"?read={Text(parsed.GetValue(read))}&repair={Text(parsed.GetValue(repair))}", parsed.GetValue(wait), cancellationToken));
        return command;
    }

    private static Command CreateStatus()
    {
        var count = new Option<int>("--count") { Description = "How many checks to show.", DefaultValueFactory = _ => 10 };
        var command = new Command("status", "Shows the latest checks.") { count };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            CheckOutput.WriteChecks(parsed, await client.GetAsync<List<CheckView>>($"/checks?n={Output.Number(parsed.GetValue(count))}", cancellationToken));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateFindings()
    {
        var id = new Argument<long?>("check") { Description = "The check's number; without it what is wrong now.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("findings", "Shows what a check has found, or what is wrong now.") { id };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var findings = await ListAsync(client, parsed.GetValue(id), cancellationToken);
            if (!Output.WriteJson(parsed, findings))
            {
                CheckOutput.WriteFindings(findings);
            }

            return findings.Any(CheckOutput.IsOpen) ? ExitCodes.Findings : ExitCodes.Success;
        });
        return command;
    }

    private static async Task<int> RunAsync(AdminClient client, ParseResult parsed, string query, bool wait, CancellationToken cancellationToken)
    {
        var check = await client.PostAsync<CheckView>($"/checks{query}", content: null, cancellationToken);
        if (!wait)
        {
            CheckOutput.WriteChecks(parsed, [check]);
            return ExitCodes.Success;
        }

        check = await CheckProgress.FollowAsync(client, check, parsed.GetValue(ClientCommands.Json), cancellationToken);
        var findings = await ListAsync(client, check.Id, cancellationToken);
        if (!Output.WriteJson(parsed, new { check, findings }))
        {
            CheckOutput.WriteChecks(parsed, [check]);
            CheckOutput.WriteFindings(findings);
        }

        return check.Status == CheckView.Failed ? ExitCodes.Failure : check.Open > 0 ? ExitCodes.Findings : ExitCodes.Success;
    }

    private static async Task<IReadOnlyList<FindingView>> ListAsync(AdminClient client, long? check, CancellationToken cancellationToken) => check is { } id
        ? await client.GetAllAsync<FindingView>("/findings", finding => finding.Id!.Value, cancellationToken, $"check={Output.Number(id)}")
        : await client.GetAsync<List<FindingView>>($"/findings?n={Output.Number(AdminEndpoints.MaxPageSize)}", cancellationToken);

    private static string Text(bool value) => value.ToString(CultureInfo.InvariantCulture).ToLowerInvariant();
}
