using System.CommandLine;
using System.CommandLine.Parsing;
using Registry.Api.Configuration;

namespace Registry.Api.Cli;

/// <summary>The commands that speak to a running registry, by its admin API.</summary>
internal static class ClientCommands
{
    public static readonly Option<Uri> Server = new("--server")
    {
        Description = "The registry to speak to; without it REGISTRY_SERVER, else " + ListenAddresses.Default + ".",
        Recursive = true,
        CustomParser = result => Parse(result, result.Tokens[0].Value),
        DefaultValueFactory = result => Parse(result, Environment.GetEnvironmentVariable("REGISTRY_SERVER") is { Length: > 0 } url ? url : ListenAddresses.Default),
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Prints JSON, for scripts.", Recursive = true };

    private static readonly Command[] Commands = [RepositoryCommand.Create(), TagCommands.Create(), RetentionCommands.Create(), StorageCommand.Create(), GcCommands.Create(), CheckCommands.Create(), BlobCommands.Create(), IndexCommands.Create()];

    public static bool Has(string verb) => Commands.Any(command => command.Name == verb);

    /// <summary>Returns one of <see cref="ExitCodes"/>; standard error says why it is not 0.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var root = new RootCommand("A private OCI and Docker registry: commands for a running one.") { Server, Json };
        foreach (var command in Commands)
        {
            root.Subcommands.Add(command);
        }

        try
        {
            var parsed = root.Parse(arguments);
            var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? ExitCodes.WrongCommandLine : code;
        }
        catch (AdminRequestException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted. What the registry was asked to do goes on there.");
            return ExitCodes.Interrupted;
        }
    }

    private static Uri Parse(ArgumentResult result, string text)
    {
        if (!ServerAddress.TryParse(text, out var url))
        {
            result.AddError($"'{text}' is not the address of a registry, for example {ListenAddresses.Default}.");
        }

        // Never used where there is an error: the command does not run then.
        return url ?? new Uri(ListenAddresses.Default);
    }
}
