using Registry.Api;
using Registry.Api.Cli;

return args switch
{
    ["--help" or "-h" or "help", ..] => HelpCommand.Run(),
    [HealthCheckCommand.Verb, .. var rest] => await HealthCheckCommand.RunAsync(rest),
    ["storage", "doctor", .. var rest] => await StorageDoctorCommand.RunAsync(rest),
    [var verb, ..] when ClientCommands.Has(verb) => await ClientCommands.RunAsync(args),
    [var verb, ..] when !verb.StartsWith('-') && !verb.StartsWith('/') && !verb.Contains('=') => UnknownVerb(verb),
    _ => await RegistryHost.RunAsync(args),
};

static int UnknownVerb(string verb)
{
    Console.Error.WriteLine($"'{verb}' is not a command. --help shows what there is.");
    return 2;
}
