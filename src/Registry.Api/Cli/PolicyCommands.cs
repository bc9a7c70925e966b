using System.CommandLine;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary><c>retention policy show|set|check|history</c>.</summary>
internal static class PolicyCommands
{
    public static Command Create() => new("policy", "The retention policy and its versions.") { CreateShow(), CreateSet(), CreateCheck(), CreateHistory() };

    private static Command CreateShow()
    {
        var version = new Option<long?>("--version") { Description = "An older version; without it the one that holds." };
        var command = new Command("show", "Prints the policy as it was written, to edit it and set it again.") { version };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var policy = await client.GetAsync<PolicyView>(parsed.GetValue(version) is { } asked ? $"/policy/versions/{Output.Number(asked)}" : "/policy", cancellationToken);
            if (!Output.WriteJson(parsed, policy))
            {
                Console.WriteLine(policy.Text);
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateSet()
    {
        var file = PolicyFiles.Argument();
        var command = new Command("set", "Sets the policy. A mistake in it is reported with its path, and then nothing changes.") { file };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var policy = await client.PutAsync<PolicyView>("/policy", (await PolicyFiles.ReadAsync(parsed.GetValue(file), cancellationToken))!, cancellationToken);
            if (!Output.WriteJson(parsed, policy))
            {
                Output.Say($"Version {Output.Number(policy.Version)} of the policy holds. 'retention plan' shows what it removes.");
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateCheck()
    {
        var file = PolicyFiles.Argument();
        var command = new Command("check", "Says what is wrong with a policy, and sets nothing.") { file };
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var found = await client.PostAsync<PolicyChecked>("/policy/check", await PolicyFiles.ReadAsync(parsed.GetValue(file), cancellationToken), cancellationToken);
            if (!Output.WriteJson(parsed, found))
            {
                Output.Say($"No mistakes: {Output.Number(found.Rules)} rules, mode \"{found.Mode}\".");
            }

            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateHistory()
    {
        var command = new Command("history", "Lists the versions of the policy, newest first.");
        command.SetAction(async (client, parsed, cancellationToken) =>
        {
            var versions = await client.GetAsync<List<PolicyView>>("/policy/versions", cancellationToken);
            if (!Output.WriteJson(parsed, versions))
            {
                Output.WriteTable(["version", "set (UTC)", "by", "mode"], versions.Select(v => new[] { Output.Number(v.Version), Output.Time(v.SetAt), v.SetBy, v.Document.GetProperty("mode").ToString() }));
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
