using System.Globalization;
using System.Text.Json;

namespace Registry.Api.Tests.Oci.Fuzzing;

/// <summary>What must hold of everything that the registry answers to anything.</summary>
internal static class FuzzAnswers
{
    private static readonly string[] Traces = ["<html", "<!doctype", "\n   at ", "Exception", "Registry.Api.", "Microsoft."];

    /// <summary>What Kestrel refuses by itself, before there is a request: 408, 411, 414, 431, 505 and its own 400, all without a body.</summary>
    private static readonly int[] OfTheConnection = [400, 408, 411, 414, 431, 505];

    /// <summary>What is wrong with the answers on one connection; null if nothing is.</summary>
    public static string? Mistake(FuzzRequest request, string answers)
    {
        if (answers.Length == 0)
        {
            return request.MayBeIncomplete ? null : "no answer";
        }

        for (var rest = answers; rest.Length > 0;)
        {
            var end = rest.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (!rest.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || end < 0)
            {
                return "no HTTP answer";
            }

            var (status, head) = (int.Parse(rest.AsSpan(9, 3), CultureInfo.InvariantCulture), rest[..end]);
            rest = rest[(end + 4)..];
            // A body without a length is the last one on its connection.
            var length = head.Contains("\r\nTransfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase) ? rest.Length : LengthOf(head);
            // HEAD has a length and no body, and so has what was flipped to be one.
            var body = rest.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || rest.Length < length ? "" : rest[..length];
            rest = rest[body.Length..];
            if (Mistake(request, status, head, body) is { } mistake)
            {
                return mistake;
            }
        }

        return null;
    }

    private static string? Mistake(FuzzRequest request, int status, string head, string body)
    {
        if (status < 400 || body.Length == 0 && OfTheConnection.Contains(status))
        {
            return null;
        }

        if (status >= 500)
        {
            return $"{status}";
        }

        var isOurs = request.Target.StartsWith("/v2/", StringComparison.Ordinal) && !request.Target.Contains("..", StringComparison.Ordinal) && !request.Target.Contains("%2e", StringComparison.Ordinal);
        if (body.Length == 0)
        {
            return isOurs && request.Method != "HEAD" && !request.MayBeIncomplete ? $"{status} without a body" : null;
        }

        if (Traces.FirstOrDefault(trace => body.Contains(trace, StringComparison.OrdinalIgnoreCase)) is { } trace)
        {
            return $"'{trace}' in the body";
        }

        // What is not below /v2/, or normalises out of it, is refused as the admin API refuses.
        var isProblem = !isOurs && head.Contains("\r\nContent-Type: application/problem+json", StringComparison.OrdinalIgnoreCase);
        return isProblem || IsOciError(body) ? null : "no OCI error body";
    }

    private static int LengthOf(string head)
    {
        const string Name = "\r\nContent-Length: ";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : int.Parse(head[(at + Name.Length)..].Split('\r')[0], CultureInfo.InvariantCulture);
    }

    private static bool IsOciError(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("errors").EnumerateArray().Single() is var error
                && error.GetProperty("code").GetString() is { Length: > 0 } && error.GetProperty("message").GetString() is { Length: > 0 };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }
}
