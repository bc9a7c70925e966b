using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Registry.Api.Admin;

namespace Registry.Api.Cli;

/// <summary>A request to the admin API that was refused, or a registry that does not answer; the message is for the user.</summary>
internal sealed class AdminRequestException(string message, int exitCode, Exception? inner = null) : Exception(message, inner)
{
    public int ExitCode => exitCode;
}

/// <summary>The admin API of a running registry.</summary>
internal sealed class AdminClient(Uri server) : IDisposable
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private readonly HttpClient http = new() { BaseAddress = server, Timeout = TimeSpan.FromSeconds(100) };

    /// <exception cref="AdminRequestException">It was refused, or the registry does not answer.</exception>
    public Task<T> GetAsync<T>(string address, CancellationToken cancellationToken) => SendAsync<T>(HttpMethod.Get, address, content: null, cancellationToken);

    /// <summary>A list whole, page by page; each page begins after the last id of the one before.</summary>
    /// <inheritdoc cref="GetAsync{T}"/>
    /// <param name="query">What else to ask with, without a question mark.</param>
    public async Task<IReadOnlyList<T>> GetAllAsync<T>(string address, Func<T, long> idOf, CancellationToken cancellationToken, string query = "")
    {
        var all = new List<T>();
        while (true)
        {
            var after = all.Count == 0 ? 0 : idOf(all[^1]);
            var page = await GetAsync<List<T>>(string.Create(CultureInfo.InvariantCulture, $"{address}?n={AdminEndpoints.MaxPageSize}&after={after}{(query.Length > 0 ? "&" : "")}{query}"), cancellationToken);
            all.AddRange(page);
            if (page.Count < AdminEndpoints.MaxPageSize)
            {
                return all;
            }
        }
    }

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
                throw new AdminRequestException($"{server} answered {(int)response.StatusCode}: {await ReasonAsync(response, cancellationToken)}", ExitCodes.Refused);
            }

            return await response.Content.ReadFromJsonAsync<T>(Web, cancellationToken) ?? throw new AdminRequestException($"{server} answered with nothing.", ExitCodes.Refused);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException { InnerException: TimeoutException })
        {
            throw new AdminRequestException($"{server} does not answer as a registry: {e.Message} Is it running? --server names another one.", ExitCodes.Unreachable, e);
        }
    }

    /// <summary>The detail of a problem (RFC 9457), and below it, line by line, what it lists: mistakes at their paths, or what has moved.</summary>
    private static async Task<string> ReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            var reason = problem.TryGetProperty("detail", out var detail) ? detail.ToString() : problem.ToString();
            return string.Join($"{Environment.NewLine}  ", [reason, .. LinesOf(problem)]);
        }
        catch (JsonException)
        {
            return "no reason was given. Is it this registry?";
        }
    }

    private static IEnumerable<string> LinesOf(JsonElement problem)
    {
        if (problem.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object)
        {
            foreach (var mistakes in errors.EnumerateObject())
            {
                foreach (var mistake in mistakes.Value.EnumerateArray())
                {
                    yield return $"{(mistakes.Name.Length == 0 ? "the policy" : mistakes.Name)} {mistake}";
                }
            }
        }

        if (problem.TryGetProperty("moved", out var moved) && moved.ValueKind == JsonValueKind.Array)
        {
            foreach (var line in moved.EnumerateArray())
            {
                yield return line.ToString();
            }
        }
    }
}
