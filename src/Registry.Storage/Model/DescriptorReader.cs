using System.Text.Json;

namespace Registry.Storage.Model;

/// <summary>Collects the descriptors of one manifest; the first mistake is kept with its place in the document.</summary>
internal sealed class DescriptorReader
{
    private readonly List<Descriptor> edges = [];
    private readonly HashSet<Digest> seen = [];

    public IReadOnlyList<Descriptor> Edges => edges;

    public string? Error { get; private set; }

    public static bool TryGetString(JsonElement owner, string name, out string? value)
    {
        value = null;
        if (!owner.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (element.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        value = element.GetString() is { Length: > 0 } text ? text : null;
        return true;
    }

    public void Fail(string reason) => Error ??= $"The manifest is not valid: {reason}.";

    public Descriptor? Read(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Fail($"'{place}' is not a descriptor (an object with mediaType, digest and size)");
            return null;
        }

        if (!TryGetString(element, "digest", out var digestText) || !Digest.TryParse(digestText, out var digest))
        {
            Fail($"'{place}.digest' is not a sha256 or sha512 digest");
            return null;
        }

        if (!element.TryGetProperty("size", out var sizeElement) || sizeElement.ValueKind != JsonValueKind.Number || !sizeElement.TryGetInt64(out var size) || size < 0)
        {
            Fail($"'{place}.size' is not a number of bytes");
            return null;
        }

        if (!TryGetString(element, "mediaType", out var mediaType))
        {
            Fail($"'{place}.mediaType' is not a string");
            return null;
        }

        return new Descriptor(mediaType, digest, size);
    }

    public Descriptor? Add(JsonElement element, string place)
    {
        var descriptor = Read(element, place);
        if (descriptor is not null && seen.Add(descriptor.Digest))
        {
            edges.Add(descriptor);
        }

        return descriptor;
    }

    /// <summary>Absent and null both mean none: encoders write an empty list in all three ways.</summary>
    public void AddArray(JsonElement owner, string name)
    {
        if (!owner.TryGetProperty(name, out var array) || array.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            Fail($"'{name}' is not an array of descriptors");
            return;
        }

        var at = 0;
        foreach (var element in array.EnumerateArray())
        {
            Add(element, $"{name}[{at++}]");
        }
    }

    /// <summary>
    /// In a manifest of unknown type every object with a digest and a size is an edge (fail closed: what may be needed is
    /// kept). The subject is not: it need not exist.
    /// </summary>
    public void AddEverything(JsonElement element, string place, bool subjectToo)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (element.TryGetProperty("digest", out var digest) && digest.ValueKind == JsonValueKind.String && element.TryGetProperty("size", out _))
                {
                    Add(element, place.Length == 0 ? "(root)" : place);
                }

                foreach (var property in element.EnumerateObject())
                {
                    if (subjectToo || property.Name != "subject")
                    {
                        AddEverything(property.Value, place.Length == 0 ? property.Name : $"{place}.{property.Name}", subjectToo: true);
                    }
                }

                break;
            case JsonValueKind.Array:
                var at = 0;
                foreach (var item in element.EnumerateArray())
                {
                    AddEverything(item, $"{place}[{at++}]", subjectToo: true);
                }

                break;
        }
    }
}
