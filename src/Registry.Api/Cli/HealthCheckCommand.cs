using Registry.Api.Configuration;
using Registry.Api.Observability;

namespace Registry.Api.Cli;

/// <summary><c>healthcheck [url]</c>: asks a running registry whether it lives. For images that have no curl.</summary>
internal static class HealthCheckCommand
{
    public const string Verb = "healthcheck";

    /// <summary>0: it lives. 1: it does not, and why.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var url = arguments.Length > 0 ? arguments[0] : DefaultUrl();
        if (!ServerAddress.TryParse(url, out var address))
        {
            await Console.Error.WriteLineAsync($"'{url}' is not a URL, for example {ListenAddresses.Default}.");
            return 1;
        }

        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            using var response = await client.GetAsync(new Uri(address, Health.LivePath));
            await Console.Out.WriteLineAsync($"{address} answers {(int)response.StatusCode}");
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{address} does not answer: {e.Message}");
            return 1;
        }
    }

    private static string DefaultUrl()
    {
        var ports = Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS");
        return string.IsNullOrEmpty(ports) ? ListenAddresses.Default : $"http://localhost:{ports.Split(';')[0]}";
    }
}
