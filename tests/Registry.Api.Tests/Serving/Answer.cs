using System.Text;
using System.Text.Json;
using Xunit.Sdk;

namespace Registry.Api.Tests.Serving;

/// <summary>What the registry answered, whole, with checks that say what was asked and what came back.</summary>
internal sealed record Answer(string Request, int Status, IReadOnlyDictionary<string, string[]> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>The message of the first error, for a person.</summary>
    public string Message => Json.GetProperty("errors")[0].GetProperty("message").GetString()!;

    /// <summary>The header's values, joined; null without the header.</summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? string.Join(", ", values) : null;

    public Answer Expect(int status) => Status == status ? this : throw Unexpected($"{status}");

    public Answer ExpectHeader(string name, string? value) => Header(name) == value ? this : throw Unexpected($"{name}: {value}");

    public Answer ExpectBody(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual(Body) ? this : throw Unexpected($"the {bytes.Length} bytes that were pushed");

    /// <summary>A refusal in the specification's form: one error with that code, and a message that says something.</summary>
    public Answer ExpectError(int status, string code)
    {
        Expect(status).ExpectHeader("Content-Type", "application/json");
        var error = Json.GetProperty("errors").EnumerateArray().Single();
        return error.GetProperty("code").GetString() == code && error.GetProperty("message").GetString()!.Length > 10 ? this : throw Unexpected($"the error {code}");
    }

    /// <summary>The address of the next page; null on the last one.</summary>
    public string? Next()
    {
        if (Header("Link") is not { } link)
        {
            return null;
        }

        return link.StartsWith('<') && link.EndsWith(">; rel=\"next\"", StringComparison.Ordinal)
            ? link[1..link.IndexOf('>', StringComparison.Ordinal)]
            : throw Unexpected("Link: <address>; rel=\"next\"");
    }

    public IEnumerable<string> Strings(string property) => Json.GetProperty(property).EnumerateArray().Select(e => e.GetString()!);

    private XunitException Unexpected(string expected)
    {
        var headers = string.Join('\n', Headers.Select(h => $"  {h.Key}: {string.Join(", ", h.Value)}"));
        return new XunitException($"{Request}\nexpected {expected}, got {Status}\n{headers}\n{(Text.Length > 500 ? Text[..500] : Text)}");
    }
}
