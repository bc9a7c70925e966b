using System.Security.Cryptography;
using Registry.Testing;

[assembly: AssemblyFixture(typeof(Registry.Api.Tests.Serving.RegistryFixture))]

namespace Registry.Api.Tests.Serving;

/// <summary>One registry as its own process, shared by all tests that only need a repository of their own.</summary>
public class RegistryFixture : IAsyncLifetime
{
    private RegistryProcess? process;
    private RegistryClient? client;

    internal RegistryProcess Process => process!;

    internal RegistryClient Client => client!;

    /// <summary>Settings on its command line.</summary>
    private protected virtual IEnumerable<string> Arguments => [];

    public virtual async ValueTask InitializeAsync()
    {
        process = await RegistryProcess.StartAsync(arguments: Arguments);
        client = new RegistryClient(process.Url);
    }

    /// <summary>A repository that nothing was ever pushed to.</summary>
    internal TestRepository NewRepository() => new(Client, $"tests/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}

/// <summary>A registry for the tests of one class: what the others do must not show in it.</summary>
public sealed class OwnRegistry : RegistryFixture;
