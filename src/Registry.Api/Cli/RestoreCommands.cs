using System.CommandLine;
using Registry.Storage.Index;
using Registry.Storage.Journal;

namespace Registry.Api.Cli;

/// <summary><c>index restore</c> and <c>index verify</c>: work on the bucket itself, whether a registry runs or not, and change nothing in it.</summary>
internal static class RestoreCommands
{
    private const string Settings = " The bucket is found by the registry's settings: appsettings.json, environment, or here (--Registry:Storage:S3:Bucket=...).";

    public static Command CreateRestore()
    {
        var to = new Option<DirectoryInfo>("--to") { Description = "The folder to make the index in; made if it is not there, and empty.", Required = true };
        var command = new Command("restore", "Makes an index from the bucket's newest snapshot and the journal after it." + Settings) { to };
        Run(command, async (source, parsed, cancellationToken) =>
        {
            var folder = parsed.GetValue(to)!;
            if (folder.Exists && folder.EnumerateFileSystemInfos().Any())
            {
                throw new AdminRequestException($"'{folder.FullName}' is not empty: an index is restored to a folder of its own.", ExitCodes.Refused);
            }

            folder.Create();
            return await ReportAsync(source, parsed, folder.FullName, cancellationToken);
        });
        return command;
    }

    public static Command CreateVerify()
    {
        var command = new Command("verify", "Restores the index to a temporary folder and examines it: pages, indexes, foreign keys, totals. Ends with 1 if something is wrong." + Settings);
        Run(command, async (source, parsed, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("registry-index-");
            try
            {
                return await ReportAsync(source, parsed, folder.FullName, cancellationToken);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        });
        return command;
    }

    private static void Run(Command command, Func<IIndexRestore, ParseResult, CancellationToken, Task<int>> action)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith("--Registry:", StringComparison.OrdinalIgnoreCase)) is { } unknown)
            {
                throw new AdminRequestException($"'{unknown}' is no option of this command, and no setting (--Registry:<key>=<value>).", ExitCodes.WrongCommandLine);
            }

            try
            {
                return await action(RestoreSource.Of(parsed.UnmatchedTokens), parsed, cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException || IndexFailure.Is(e))
            {
                throw new AdminRequestException($"The index could not be restored: {e.Message}", ExitCodes.Failure, e);
            }
        });
    }

    private static async Task<int> ReportAsync(IIndexRestore source, ParseResult parsed, string folder, CancellationToken cancellationToken)
    {
        var number = await source.RestoreAsync(folder, new RestoreReport(), cancellationToken);
        if (number == 0)
        {
            throw new AdminRequestException("The bucket has no index: no registry has written a journal there, or the prefix is another one.", ExitCodes.Refused);
        }

        var found = IndexExamination.Of(folder, cancellationToken);
        if (!Output.WriteJson(parsed, new { number, found.Repositories, found.Manifests, found.Tags, found.Blobs, found.Problems }))
        {
            Output.WriteTable(
                ["index", ""],
                [
                    ["journal number", Output.Number(number)], ["repositories", Output.Number(found.Repositories)], ["manifests", Output.Number(found.Manifests)],
                    ["tags", Output.Number(found.Tags)], ["blobs", Output.Number(found.Blobs)], ["problems", found.Problems.Count == 0 ? "none" : Output.Number(found.Problems.Count)],
                ]);
            foreach (var problem in found.Problems)
            {
                Output.Say(problem);
            }
        }

        return found.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }
}
