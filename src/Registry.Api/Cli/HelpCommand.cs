using Registry.Api.Configuration;

namespace Registry.Api.Cli;

/// <summary><c>--help</c>: how to start the registry and everything that can be set.</summary>
internal static class HelpCommand
{
    public static int Run()
    {
        Console.WriteLine("""
            A private OCI and Docker registry.

            Usage:
              Registry.Api [--urls <addresses>] [--<key> <value>]...   run the registry, by default on http://localhost:5000
              Registry.Api healthcheck [<url>]                         ask a running one whether it lives (exit code 0 or 1)
              Registry.Api repositories [--server <url>]               the repositories of a running one, with dates and sizes
              Registry.Api tag list|history|restorable|restore         its tags: sorted, where they pointed, and back; tag --help says more
              Registry.Api retention plan|apply|explain|policy ...     which tags stay, and what a policy removes; retention --help
              Registry.Api storage                                     what it stores, how that grows, and when it is full
              Registry.Api storage doctor [--<key> <value>]...         tries the S3 bucket of the settings, and says what is wrong
              Registry.Api gc run|status [--server <url>]              the collection of a running one; gc --help says more
              Registry.Api check [--read] [--repair] [--wait]          whether index and bytes agree; check --help says more
              Registry.Api blobs migrate --to s3|filesystem            moves all stored objects to another store, while it serves
              Registry.Api index status|snapshot|restore|verify        the index and its copies in the bucket; index --help says more

            Settings, on the command line (--Registry:DataDirectory /data), in the environment
            (Registry__DataDirectory=/data) or in ./appsettings.json ({"Registry": {"DataDirectory": "/data"}}):

            """);
        foreach (var setting in Setting.All)
        {
            Console.WriteLine($"  {setting.Key} (default {setting.DefaultText})\n      {setting.Description}");
        }

        return 0;
    }
}
