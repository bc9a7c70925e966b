using Registry.Api.Configuration;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;

namespace Registry.Api.Cli;

/// <summary><c>storage doctor</c>: tries what the registry does with its bucket, by the settings it would start with. Speaks to no registry.</summary>
internal static class StorageDoctorCommand
{
    /// <summary>0: nothing that keeps the registry from working. 1: something does, or the settings are wrong.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (options, mistakes) = ConfigurationReader.Read(WebApplication.CreateBuilder(arguments).Configuration);
        if (mistakes.Count > 0)
        {
            foreach (var mistake in mistakes)
            {
                await Console.Error.WriteLineAsync(mistake);
            }

            return ExitCodes.Failure;
        }

        if (options.Storage.Provider != StorageProvider.S3)
        {
            Console.WriteLine("Stored objects are in the file system (Registry:Storage:Provider); there is no bucket to look at.");
            return ExitCodes.Success;
        }

        var findings = await S3Check.RunAsync(options.Storage.S3, CancellationToken.None);
        foreach (var finding in findings)
        {
            Console.WriteLine($"{(finding.Severity == S3Severity.Error ? "error" : "warning")}: {finding.Message}");
        }

        if (findings.Count == 0)
        {
            Console.WriteLine($"Everything works: {options.Storage.S3}");
        }

        return findings.Any(f => f.Severity == S3Severity.Error) ? ExitCodes.Failure : ExitCodes.Success;
    }
}
