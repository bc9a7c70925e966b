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

        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [$"Registry:Collection:PolicyFile: '{path}' cannot be read: {e.Message}"];
        }

        if (!RetentionPolicy.TryParse(text, out var policy, out var mistakes))
        {
            return [.. mistakes.Select(mistake => $"{path}: {mistake}")];
        }

        await policies.SetAsync(policy, By, cancellationToken);
        return [];
    }
}
