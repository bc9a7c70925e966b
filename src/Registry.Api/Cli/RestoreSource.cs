using Registry.Api.Configuration;
using Registry.Storage.Blobs;
using Registry.Storage.Buckets;
using Registry.Storage.Journal;

namespace Registry.Api.Cli;

/// <summary>Where <c>index restore</c> and <c>index verify</c> find the index, by the same settings as the registry.</summary>
internal static class RestoreSource
{
    /// <exception cref="AdminRequestException">The settings are wrong, or there is no bucket.</exception>
    public static IIndexRestore Of(IReadOnlyList<string> settings)
    {
        var (options, mistakes) = ConfigurationReader.Read(WebApplication.CreateBuilder([.. settings]).Configuration);
        if (mistakes.Count > 0)
        {
            throw new AdminRequestException(string.Join(Environment.NewLine, mistakes), ExitCodes.WrongCommandLine);
        }

        return Find(options) ?? throw new AdminRequestException(
            $"The blobs are on a file system ('{Path.GetFullPath(options.DataDirectory)}'), and the index beside them: there is no bucket to restore it from.", ExitCodes.Refused);
    }

    /// <summary>Null with a file system.</summary>
    private static IIndexRestore? Find(RegistryOptions options) => options.Storage.Provider == StorageProvider.S3
        ? new ServiceCollection().AddLogging().AddBucket(options.Storage.S3).AddIndexRestore().BuildServiceProvider().GetRequiredService<IIndexRestore>()
        : null;
}
