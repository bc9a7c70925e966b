using System.Text.Json;

namespace Registry.Gc.Retention;

/// <summary>
/// Reads JSON values of an expected shape and gathers what has another one: wrong types, unknown and repeated names. A value
/// that cannot be read is null, and the reading goes on.
/// </summary>
internal sealed class JsonReading
{
    private const int LongestQuote = 64;

    private readonly List<PolicyMistake> mistakes = [];

    public IReadOnlyList<PolicyMistake> Mistakes => mistakes;

    public void Add(string path, string message) => mistakes.Add(new PolicyMistake(path, message));

    /// <summary>The values of an object by their names; null if it is not an object.</summary>
    /// <param name="names">Those that may stand in it.</param>
    /// <param name="example">What to write instead of another type.</param>
    public IReadOnlyDictionary<string, JsonElement>? ReadObject(JsonElement element, string path, string[] names, string example)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Add(path, $"must be an object, not {Describe(element)}: write {example}");
            return null;
        }

        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (NameOf(property) is not { } name)
            {
                Add(path, "has a name that is no Unicode text: write letters");
            }
            else if (!names.Contains(name))
            {
                Add(Below(path, Shorten(name)), $"is not known here: did you mean '{NearestName.Find(name, names)}'? The names are {string.Join(", ", names)}");
            }
            else if (!found.TryAdd(name, property.Value))
            {
                Add(Below(path, name), "stands here more than once: leave one of them");
            }
        }

        return found;
    }

    /// <summary>One item for each of the array; none where there is no array.</summary>
    public IReadOnlyList<T?>? ReadList<T>(JsonElement? element, string path, string example, Func<JsonElement, string, T?> read)
        where T : class
    {
        if (element is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            Add(path, $"must be a list, not {Describe(value)}: write {example}");
            return null;
        }

        return value.EnumerateArray().Select((item, i) => read(item, $"{path}[{i}]")).ToList();
    }

    public string? ReadText(JsonElement? element, string path, string example)
    {
        if (element is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Add(path, $"must be text, not {Describe(value)}: write {example}");
            return null;
        }

        if (TextOf(value) is { } text)
        {
            return text;
        }

        Add(path, $"is no Unicode text: write {example}");
        return null;
    }

    public long? ReadWholeNumber(JsonElement? element, string path, string example)
    {
        if (element is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number))
        {
            return number;
        }

        Add(path, $"must be a whole number, not {Describe(value)}: write {example}");
        return null;
    }

    public static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    public static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // How a JsonElement says that a string is no Unicode text: a lone surrogate, escaped.
            return null;
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => TextOf(element) is { } text ? $"the text '{Shorten(text)}'" : "a text",
        JsonValueKind.Number => Shorten(element.GetRawText()),
        _ => element.GetRawText(),
    };

    private static string Shorten(string text) => text.Length <= LongestQuote ? text : $"{text[..LongestQuote]}…";
}
