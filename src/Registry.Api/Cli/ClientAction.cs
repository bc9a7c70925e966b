using System.CommandLine;

namespace Registry.Api.Cli;

/// <summary>What a command does with the registry that <c>--server</c> names.</summary>
internal static class ClientAction
{
    /// <param name="action">Returns one of <see cref="ExitCodes"/>.</param>
    public static void SetAction(this Command command, Func<AdminClient, ParseResult, CancellationToken, Task<int>> action) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new AdminClient(parsed.GetValue(ClientCommands.Server)!);
            return await action(client, parsed, cancellationToken);
        });
}
