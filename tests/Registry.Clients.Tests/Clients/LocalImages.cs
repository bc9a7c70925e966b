using Registry.Clients.Tests.Images;
using Registry.Testing;

namespace Registry.Clients.Tests.Clients;

/// <summary>Images in the local engine that a test makes, by name or id: all gone at its end, however it ends.</summary>
internal sealed class LocalImages : IAsyncDisposable
{
    // BuildKit, where that is the builder, else wraps an image in an index with a statement of how it was built.
    private static readonly Dictionary<string, string?> PlainImages = new() { ["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1" };

    private readonly HashSet<string> names = [];

    /// <summary>Remembers a name before the engine knows it, so that nothing can come between.</summary>
    public string Add(string name)
    {
        names.Add(name);
        return name;
    }

    /// <summary>Builds the context under the name.</summary>
    public async Task<string> BuildAsync(BuildContext context, string name)
    {
        var id = await Tool.RunAsync("docker", ["build", "--quiet", "--tag", Add(name), "--file", context.File, context.Folder], PlainImages);
        // The id too: a later build under the same name takes the name away from this one.
        Add(id.Trim());
        return name;
    }

    public async Task<string> TagAsync(string existing, string name)
    {
        await Docker.RunAsync("tag", existing, Add(name));
        return name;
    }

    /// <summary>Removes all of them, and proves that the engine has none of them any more.</summary>
    public async Task RemoveAsync()
    {
        Assert.NotEmpty(names);
        await DisposeAsync();
        foreach (var name in names)
        {
            Assert.False(await Docker.HasImageAsync(name), $"'{name}' is still there.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (names.Count > 0)
        {
            // Some are gone already, or a failed test never came to make them; that is no second failure.
            await Tool.TryRunAsync("docker", ["image", "rm", "--force", .. names]);
        }
    }
}
