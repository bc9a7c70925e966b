using System.Globalization;
using System.Text.Json;

namespace Registry.Gc.Retention;

/// <summary>From a policy's text to its draft. The names in the document stand here, and nowhere else.</summary>
internal sealed class PolicyReader
{
    /// <summary>Characters. A policy of a hundred rules has some twenty thousand.</summary>
    public const int MaxLength = 256 * 1024;

    private const string PolicyExample = """{ "version": 1, "mode": "shadow", "rules": [ ... ] }""";
    private const string RepositoriesExample = """["team/**"]""";
    private const string TagsExample = """["pr-*"]""";
    private const string SizeExample = "\"500GiB\", or a whole number of bytes";
    private const string DefaultHigh = "90%";
    private const string DefaultLow = "80%";
    private const string KeepExample = """{ "newest": 5 }, or "nothing" to keep nothing""";

    private static readonly string[] PolicyNames = ["version", "mode", "rules", "protected", "immutable", "budget"];
    private static readonly string[] RuleNames = ["name", "repositories", "tags", "keep", "when"];
    private static readonly string[] PatternsNames = ["name", "repositories", "tags"];
    private static readonly string[] KeepNames = ["newest", "by", "pushedWithin", "pulledWithin", "matching"];
    private static readonly string[] BudgetNames = ["bytes", "high", "low"];

    private readonly JsonReading json = new();

    private PolicyReader()
    {
    }

    /// <summary>The draft is null where the text is no JSON object at all.</summary>
    public static (PolicyDraft? Draft, IReadOnlyList<PolicyMistake> Mistakes) Read(string text)
    {
        var reader = new PolicyReader();
        return (reader.ReadText(text), reader.json.Mistakes);
    }

    private PolicyDraft? ReadText(string text)
    {
        if (text.Length > MaxLength)
        {
            json.Add("", $"is longer than {MaxLength} characters: write fewer rules with more patterns");
            return null;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            json.Add("", $"is empty: write {PolicyExample}");
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return ReadPolicy(document.RootElement);
        }
        catch (JsonException e)
        {
            json.Add("", $"is not JSON, line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}: {WithoutTail(e.Message)}");
        }
        catch (ArgumentException)
        {
            json.Add("", "is no Unicode text: save it as UTF-8");
        }

        return null;
    }

    private PolicyDraft? ReadPolicy(JsonElement element) =>
        json.ReadObject(element, "", PolicyNames, PolicyExample) is not { } found ? null : new PolicyDraft
        {
            Version = json.ReadWholeNumber(At(found, "version"), "version", "1"),
            Mode = json.ReadText(At(found, "mode"), "mode", """
                "shadow" or "apply"
                """),
            Rules = json.ReadList(At(found, "rules"), "rules", "[ { ... } ]", ReadRule) ?? [],
            Protected = json.ReadList(At(found, "protected"), "protected", "[ { ... } ]", ReadPatterns) ?? [],
            Immutable = json.ReadList(At(found, "immutable"), "immutable", "[ { ... } ]", ReadPatterns) ?? [],
            HasBudget = found.ContainsKey("budget"),
            Budget = At(found, "budget") is { } budget ? ReadBudget(budget, "budget") : null,
        };

    private RuleDraft? ReadRule(JsonElement element, string path) =>
        json.ReadObject(element, path, RuleNames, """{ "name": "branches", "repositories": ["team/**"], "tags": ["pr-*"], "keep": { "newest": 5 } }""") is not { } found ? null : new RuleDraft
        {
            Name = ReadName(found, path),
            Repositories = ReadRepositories(found, path),
            Tags = ReadTags(found, path),
            Keep = At(found, "keep") is { } keep ? ReadKeep(keep, $"{path}.keep") : null,
            When = json.ReadText(At(found, "when"), $"{path}.when", RuleWhens.Names),
        };

    private PatternsDraft? ReadPatterns(JsonElement element, string path) =>
        json.ReadObject(element, path, PatternsNames, """{ "name": "releases", "repositories": ["**"], "tags": ["v*"] }""") is not { } found ? null : new PatternsDraft
        {
            Name = ReadName(found, path),
            Repositories = ReadRepositories(found, path),
            Tags = ReadTags(found, path),
        };

    private KeepDraft? ReadKeep(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.String && JsonReading.TextOf(element) == KeepDraft.NothingWord)
        {
            return new KeepDraft { KeepsNothing = true };
        }

        if (json.ReadObject(element, path, KeepNames, KeepExample) is not { } found)
        {
            return null;
        }

        if (found.Count == 0)
        {
            // After a mistake inside of it, that one is enough.
            if (!element.EnumerateObject().Any())
            {
                json.Add(path, $"is empty, which would remove every tag that the rule covers: write {KeepExample}");
            }

            return null;
        }

        return new KeepDraft
        {
            Counts = found.ContainsKey("newest"),
            Newest = json.ReadWholeNumber(At(found, "newest"), $"{path}.newest", "5"),
            By = json.ReadText(At(found, "by"), $"{path}.by", TagOrders.Names),
            PushedWithin = json.ReadText(At(found, "pushedWithin"), $"{path}.pushedWithin", "\"14d\""),
            PulledWithin = json.ReadText(At(found, "pulledWithin"), $"{path}.pulledWithin", "\"30d\""),
            Matching = ReadPatternList(At(found, "matching"), $"{path}.matching", """["keep-*"]"""),
        };
    }

    private BudgetDraft? ReadBudget(JsonElement element, string path) =>
        json.ReadObject(element, path, BudgetNames, """{ "bytes": "500GiB" }""") is not { } found ? null : new BudgetDraft
        {
            Bytes = ReadSize(At(found, "bytes"), $"{path}.bytes"),
            High = found.ContainsKey("high") ? json.ReadText(At(found, "high"), $"{path}.high", $"\"{DefaultHigh}\"") : DefaultHigh,
            Low = found.ContainsKey("low") ? json.ReadText(At(found, "low"), $"{path}.low", $"\"{DefaultLow}\"") : DefaultLow,
        };

    private string? ReadSize(JsonElement? element, string path) => element switch
    {
        { ValueKind: JsonValueKind.Number } => json.ReadWholeNumber(element, path, SizeExample) is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"{bytes}B") : null,
        _ => json.ReadText(element, path, SizeExample),
    };

    private string? ReadName(IReadOnlyDictionary<string, JsonElement> found, string path) => json.ReadText(At(found, "name"), $"{path}.name", "\"branches\"");

    private IReadOnlyList<string?>? ReadRepositories(IReadOnlyDictionary<string, JsonElement> found, string path) =>
        ReadPatternList(At(found, "repositories"), $"{path}.repositories", RepositoriesExample);

    private IReadOnlyList<string?>? ReadTags(IReadOnlyDictionary<string, JsonElement> found, string path) =>
        ReadPatternList(At(found, "tags"), $"{path}.tags", TagsExample);

    private IReadOnlyList<string?>? ReadPatternList(JsonElement? element, string path, string example) =>
        json.ReadList(element, path, example, (item, at) => json.ReadText(item, at, $"a pattern, as in {example}"));

    private static JsonElement? At(IReadOnlyDictionary<string, JsonElement> found, string name) => found.TryGetValue(name, out var value) ? value : null;

    /// <summary>The parser's messages end with advice for its caller and with the position, counted from 0.</summary>
    private static string WithoutTail(string message)
    {
        foreach (var tail in new[] { " LineNumber:", " Change the reader options" })
        {
            message = message.IndexOf(tail, StringComparison.Ordinal) is var end and >= 0 ? message[..end] : message;
        }

        return message.TrimEnd('.');
    }
}
