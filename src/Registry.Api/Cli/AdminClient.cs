using System.Net.Http.Json;
using System.Text.Json;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary>A request to the admin API that was refused, or a registry that does not answer; the message is for the user.</summary>
internal sealed class AdminRequestException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The admin API of a running registry.</summary>
internal sealed class AdminClient(Uri server) : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly HttpClient http = new() { BaseAddress = server, Timeout = TimeSpan.FromSeconds(100) };

    /// <exception cref="AdminRequestException">It was refused, or the registry does not answer.</exception>
    public Task<T> GetAsync<T>(string address, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Get, address, content: null, cancellationToken);

    /// <inheritdoc cref="GetAsync{T}"/>
    public Task<T> PostAsync<T>(string address, HttpContent? content, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Post, address, content, cancellationToken);

    /// <inheritdoc cref="GetAsync{T}"/>
    public Task<T> PutAsync<T>(string address, HttpContent content, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Put, address, content, cancellationToken);

    public void Dispose() => http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string address, HttpContent? content, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri($"{AdminEndpoints.Root}{address}", UriKind.Relative)) { Content = content };
            using var response = await http.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new AdminRequestException($"{server} answered {(int)response.StatusCode}: {await ReasonAsync(response, cancellationToken)}");
            }

            return await response.Content.ReadFromJsonAsync<T>(Web, cancellationToken) ?? throw new AdminRequestException($"{server} answered with nothing.");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new AdminRequestException($"{server} does not answer as a registry: {e.Message} Is it running? --server names another one.", e);
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            return problem.TryGetProperty("detail", out var detail) ? detail.ToString() : problem.ToString();
        }
        catch (JsonException)
        {
            return "no reason was given. Is it this registry?";
        }
    }
}
