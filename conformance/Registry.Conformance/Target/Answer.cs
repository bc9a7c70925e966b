using System.Net;
using System.Text;
using System.Text.Json;

namespace Registry.Conformance.Target;

/// <summary>What a registry answered, whole, with checks that say what was asked and what came back.</summary>
internal sealed record Answer(string Request, Uri Address, HttpStatusCode Status, IReadOnlyDictionary<string, string[]> Headers, byte[] Body)
{
    private const int ShownBytes = 500;

    public static async Task<Answer> ReadAsync(HttpRequestMessage request, HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => h.Value.ToArray(), StringComparer.OrdinalIgnoreCase);
        return new Answer($"{request.Method} {request.RequestUri}", response.RequestMessage!.RequestUri!, response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<JsonElement>(Body);
            }
            catch (JsonException e)
            {
                throw Unexpected($"a JSON body ({e.Message})");
            }
        }
    }

    /// <summary>The header's only value; null without the header.</summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>The header's values, whether they came as several lines or as one list.</summary>
    public IReadOnlyList<string> HeaderList(string name) =>
        Header(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    public Answer Expect(params HttpStatusCode[] statuses) =>
        statuses.Contains(Status) ? this : throw Unexpected(string.Join(" or ", statuses.Select(status => $"{(int)status}")));

    public Answer ExpectHeader(string name, string value) => Header(name) == value ? this : throw Unexpected($"{name}: {value}");

    public Answer ExpectBody(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual(Body) ? this : throw Unexpected($"the {bytes.Length} bytes that were pushed");

    /// <summary>The Location, absolute.</summary>
    public string Location() => Header("Location") is { Length: > 0 } location ? new Uri(Address, location).AbsoluteUri : throw Unexpected("a Location");

    /// <summary>The error codes of the body; fails if the body is not in the specification's form.</summary>
    public IReadOnlyList<string> ErrorCodes()
    {
        if (Json.ValueKind != JsonValueKind.Object || !Json.TryGetProperty("errors", out var errors) || errors.ValueKind != JsonValueKind.Array || errors.GetArrayLength() == 0
            || errors.EnumerateArray().Any(error => error.ValueKind != JsonValueKind.Object || !error.TryGetProperty("code", out var code) || code.ValueKind != JsonValueKind.String
                || (error.TryGetProperty("message", out var message) && message.ValueKind != JsonValueKind.String)))
        {
            throw Unexpected("""the body {"errors":[{"code":..., "message":...}]}""");
        }

        return [.. errors.EnumerateArray().Select(error => error.GetProperty("code").GetString()!)];
    }

    public Answer ExpectErrorCode(string code) => ErrorCodes().Contains(code) ? this : throw Unexpected($"the error code {code}");

    /// <summary>The failure to throw where this is not the answer that was expected.</summary>
    public Exception Unexpected(string expected)
    {
        var headers = string.Join('\n', Headers.Select(header => $"  {header.Key}: {string.Join(", ", header.Value)}"));
        var shown = Text.Length > ShownBytes ? Text[..ShownBytes] + "…" : Text;
        return new Xunit.Sdk.XunitException($"{Request}\nexpected {expected}, got {(int)Status}\n{headers}\n{shown}");
    }
}
