using System.Collections.Concurrent;
using System.Globalization;
using Registry.Api.Tests.Serving;
using Registry.Testing;

namespace Registry.Api.Tests.Faults;

/// <summary>
/// A client that tries again what was refused, and takes no answer but a right one: a refusal is the error body of the specification with Retry-After, never a
/// broken connection, a stack trace or a 500.
/// </summary>
internal sealed class PatientClient(RegistryClient client, ConcurrentBag<string> complaints)
{
    public const int Tries = 12;

    private static readonly int[] Temporary = [429, 503, 507];

    private int requests;
    private int refusals;
    private int brokenPulls;

    public int Requests => requests;

    public int Refusals => refusals;

    /// <summary>Pulls that broke off.</summary>
    public int BrokenPulls => brokenPulls;

    /// <summary>Null: refused, and again each time.</summary>
    public async Task<Answer?> TryAsync(string method, string address, Func<HttpContent?> body, params (string Name, string Value)[] headers)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            if (await OnceAsync(method, address, body(), headers) is { } answer && !IsTemporary(answer))
            {
                return answer;
            }

            await UntilReadyAsync();
        }

        return null;
    }

    public Task<Answer?> TryAsync(string method, string address) => TryAsync(method, address, () => null);

    /// <summary>Null: the connection broke.</summary>
    public async Task<Answer?> OnceAsync(string method, string address, HttpContent? body, params (string Name, string Value)[] headers)
    {
        Interlocked.Increment(ref requests);
        Answer answer;
        try
        {
            answer = await client.SendAsync(method, address, body, headers);
        }
        catch (HttpRequestException) when (method == "GET")
        {
            // In the middle of a body, or where it would have begun: the lease ran out between the question and the answer.
            Interlocked.Increment(ref brokenPulls);
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            complaints.Add($"{method} {address}: {e.Message} {e.InnerException?.Message}");
            return null;
        }

        if (answer.Status >= 400)
        {
            Interlocked.Increment(ref refusals);
            if (FindComplaint(answer) is { } complaint)
            {
                complaints.Add($"{answer.Request}: {answer.Status}, {complaint}: {answer.Text}");
            }
        }

        return answer;
    }

    public static bool IsTemporary(Answer answer) => Temporary.Contains(answer.Status);

    public async Task UntilReadyAsync() => await Wait.UntilAsync(async () => (await client.SendAsync("GET", "/health/ready")).Status == 200, "the registry is ready again");

    private static string? FindComplaint(Answer answer) =>
        answer.Request.StartsWith("HEAD", StringComparison.Ordinal) ? null
        : answer.Header("Content-Type") != "application/json" || !answer.Text.StartsWith("""{"errors":[{"code":""", StringComparison.Ordinal) ? "no error body"
        : answer.Text.Contains("   at ", StringComparison.Ordinal) ? "a stack trace"
        : !IsTemporary(answer) && answer.Status is not (404 or 416 or 409) ? "an unexpected status"
        : answer.Status is not (404 or 416) && !int.TryParse(answer.Header("Retry-After"), CultureInfo.InvariantCulture, out _) ? "no Retry-After"
        : null;
}
