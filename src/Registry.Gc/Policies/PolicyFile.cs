using Registry.Gc.Retention;
using Registry.Storage.Content;

namespace Registry.Gc.Policies;

/// <summary>A policy that is kept in a file beside the configuration (<c>Registry:Collection:PolicyFile</c>): it holds from the next start on.</summary>
public sealed class PolicyFile(PolicyStore policies, CollectionOptions options)
{
    /// <summary>Who set a policy that came from the file.</summary>
    public const string By = "file";

    /// <summary>Null where no file is named: then the API sets the policy.</summary>
    public string? Path => options.PolicyFile.Length == 0 ? null : System.IO.Path.GetFullPath(options.PolicyFile);

    /// <summary>Makes the file's text the policy; without a file the one in the index is read. Returns what is wrong with it, for a person; empty if it holds now.</summary>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellationToken)
    {
        if (Path is not { } path)
        {
            // One that cannot be read is to be found now, and not at the first push of a tag.
            _ = policies.Current;
            return [];
        }

        var (policy, mistakes) = await ReadAsync(path, cancellationToken);
        if (policy is not null)
        {
            await policies.SetAsync(policy, By, cancellationToken);
        }

        return mistakes;
    }

    /// <summary>What is wrong with the file, for a person, before there is an index to put it in.</summary>
    public async Task<IReadOnlyList<string>> FindMistakesAsync(CancellationToken cancellationToken) =>
        Path is { } path ? (await ReadAsync(path, cancellationToken)).Mistakes : [];

    private static async Task<(RetentionPolicy? Policy, IReadOnlyList<string> Mistakes)> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, [$"Registry:Collection:PolicyFile: '{path}' cannot be read: {e.Message}"]);
        }

        return RetentionPolicy.TryParse(text, out var policy, out var mistakes) ? (policy, []) : (null, [.. mistakes.Select(mistake => $"{path}: {mistake}")]);
    }
}
