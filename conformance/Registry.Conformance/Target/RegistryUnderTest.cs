using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Registry.Testing;

[assembly: AssemblyFixture(typeof(Registry.Conformance.Target.RegistryUnderTest))]

namespace Registry.Conformance.Target;

/// <summary>
/// The registry that the requirements are tried on: the one at <c>REGISTRY_URL</c> (with <c>REGISTRY_USERNAME</c> and
/// <c>REGISTRY_PASSWORD</c> for basic authentication, and repositories below <c>REGISTRY_NAMESPACE</c>), or else ours,
/// started on a free port.
/// </summary>
public sealed class RegistryUnderTest : IAsyncLifetime
{
    private readonly Uri? given;
    private HttpClient? client;
    private RegistryProcess? ours;

    public RegistryUnderTest() => given = Setting("REGISTRY_URL") is { } url ? new Uri(url) : null;

    private RegistryUnderTest(Uri url) => given = url;

    /// <summary>A registry that someone else has started.</summary>
    public static async Task<RegistryUnderTest> AtAsync(Uri url)
    {
        var registry = new RegistryUnderTest(url);
        await registry.InitializeAsync();
        return registry;
    }

    public async ValueTask InitializeAsync()
    {
        if (given is null)
        {
            ours = await RegistryProcess.StartAsync();
        }

        client = new HttpClient { BaseAddress = Url, Timeout = TimeSpan.FromMinutes(1) };
        if (User is not null)
        {
            var credentials = Encoding.UTF8.GetBytes($"{User}:{Password}");
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(credentials));
        }
    }

    internal Uri Url => given ?? ours!.Url;

    internal string? User { get; } = Setting("REGISTRY_USERNAME");

    internal string? Password { get; } = Setting("REGISTRY_PASSWORD");

    /// <summary>A repository that nothing was ever pushed to.</summary>
    internal Repository NewRepository() => new(this, $"{Setting("REGISTRY_NAMESPACE") ?? "conformance"}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");

    /// <summary>Sends one request; <paramref name="address"/> is absolute, or a path like <c>/v2/</c>.</summary>
    internal async Task<Answer> SendAsync(HttpMethod method, string address, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, UriKind.RelativeOrAbsolute)) { Content = body };
        foreach (var (name, value) in headers)
        {
            // Chunks have a Content-Range that RFC 9110 does not know, so nothing is validated here.
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content ??= new ByteArrayContent([]);
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await client!.SendAsync(request);
        return await Answer.ReadAsync(request, response);
    }

    public async ValueTask DisposeAsync()
    {
        client?.Dispose();
        if (ours is not null)
        {
            await ours.DisposeAsync();
        }
    }

    private static string? Setting(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
