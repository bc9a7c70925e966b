using System.Text;
using Registry.Gc.Retention;

namespace Registry.Api.Admin;

/// <summary>A retention policy as the body of a request.</summary>
internal static class PolicyBody
{
    /// <summary>A policy has 256 Ki characters at most, and says so itself; of UTF-8 that is so much.</summary>
    private const int LargestBody = 1024 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null, and a refusal, where the body is no policy. An empty body is null without a refusal.</summary>
    public static async Task<(RetentionPolicy? Policy, IResult? Refusal)> ReadAsync(HttpRequest request)
    {
        var text = await ReadTextAsync(request);
        return text is null ? (null, AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, $"A policy is UTF-8 text of at most {LargestBody} bytes."))
            : text.Length == 0 ? (null, null)
            : RetentionPolicy.TryParse(text, out var policy, out var mistakes) ? (policy, null)
            : (null, Refuse(mistakes));
    }

    public static IResult Missing() => AdminEndpoints.Refusal(StatusCodes.Status400BadRequest, "Send the policy as the body of the request, for example with curl --data-binary @policy.json.");

    private static IResult Refuse(IReadOnlyList<PolicyMistake> mistakes) => Results.ValidationProblem(
        mistakes.GroupBy(mistake => mistake.Path).ToDictionary(group => group.Key, group => group.Select(mistake => mistake.Message).ToArray()),
        $"The policy has {(mistakes.Count == 1 ? "a mistake" : $"{mistakes.Count} mistakes")}; nothing was changed. {mistakes[0]}");

    private static async Task<string?> ReadTextAsync(HttpRequest request)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted) is > 0 and var count)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > LargestBody)
            {
                return null;
            }
        }

        try
        {
            return Strict.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
