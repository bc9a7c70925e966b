using System.CommandLine;
using System.Net.Http.Headers;

namespace Registry.Api.Cli;

/// <summary>A policy in a file on this machine, on its way to a registry.</summary>
internal static class PolicyFiles
{
    public static Argument<FileInfo> Argument() => new Argument<FileInfo>("file") { Description = "The policy: a JSON document as docs/retention.md has it." }.AcceptExistingOnly();

    public static Option<FileInfo> Option() => new Option<FileInfo>("--policy") { Description = "Tries out the policy in this file instead of the one that is set." }.AcceptExistingOnly();

    /// <summary>Null for no file.</summary>
    public static async Task<HttpContent?> ReadAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            // The bytes as they are: the registry says what is wrong with them.
            return new ByteArrayContent(await File.ReadAllBytesAsync(file.FullName, cancellationToken)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AdminRequestException($"'{file}' cannot be read: {e.Message}", ExitCodes.WrongCommandLine, e);
        }
    }
}
