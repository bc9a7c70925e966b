using System.Globalization;
using System.Text.Json;

namespace Registry.Storage.Model;

/// <summary>Collects the edges of one manifest; the first mistake is kept with its place in the document.</summary>
internal sealed class DescriptorReader
{
    private const int LongestPlace = 200;

    private readonly OrderedDictionary<Digest, Edge> edges = [];
    // Where in the document the reader is: turned into text only for a mistake, since keys may be very long.
    private readonly List<string> place = [];

    public IReadOnlyList<Edge> Edges => edges.Values;

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

    /// <summary>A descriptor that is no edge.</summary>
    public Descriptor? ReadAt(string name, JsonElement element) => At(name, () => Read(element));

    /// <summary>A descriptor that is an edge.</summary>
    public Descriptor? AddAt(string name, JsonElement element, EdgeKind kind) => At(name, () => Add(element, _ => kind));

    /// <summary>Absent and null both mean none: encoders write an empty list in all three ways.</summary>
    public void AddArray(JsonElement owner, string name, Func<string?, EdgeKind> kindOfMediaType)
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
            At($"{name}[{(at++).ToString(CultureInfo.InvariantCulture)}]", () => Add(element, kindOfMediaType));
        }
    }

    /// <summary>
    /// In a manifest of unknown type every object with a digest and a size is an edge (fail closed: what may be needed is
    /// kept). The subject is not: it need not exist.
    /// </summary>
    public void AddEverything(JsonElement root)
    {
        AddIfDescriptor(root);
        foreach (var property in root.EnumerateObject().Where(property => property.Name != "subject"))
        {
            AddBelow(property.Name, property.Value);
        }
    }

    private void AddBelow(string name, JsonElement element)
    {
        place.Add(name);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AddIfDescriptor(element);
                foreach (var property in element.EnumerateObject())
                {
                    AddBelow(property.Name, property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    AddBelow("[]", item);
                }

                break;
        }

        place.RemoveAt(place.Count - 1);
    }

    private void AddIfDescriptor(JsonElement element)
    {
        if (element.TryGetProperty("digest", out var digest) && digest.ValueKind == JsonValueKind.String && element.TryGetProperty("size", out _))
        {
            Add(element, _ => EdgeKind.Either);
        }
    }

    private Descriptor? At(string name, Func<Descriptor?> read)
    {
        place.Add(name);
        var descriptor = read();
        place.RemoveAt(place.Count - 1);
        return descriptor;
    }

    private Descriptor? Add(JsonElement element, Func<string?, EdgeKind> kindOfMediaType)
    {
        var descriptor = Read(element);
        if (descriptor is not null)
        {
            var kind = kindOfMediaType(descriptor.MediaType);
            edges[descriptor.Digest] = edges.TryGetValue(descriptor.Digest, out var known) ? known with { Kind = known.Kind | kind } : new Edge(descriptor, kind);
        }

        return descriptor;
    }

    private Descriptor? Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Wrong("", "is not a descriptor (an object with mediaType, digest and size)");
        }

        if (!TryGetString(element, "digest", out var digestText) || !Digest.TryParse(digestText, out var digest))
        {
            return Wrong(".digest", "is not a sha256 or sha512 digest");
        }

        if (!element.TryGetProperty("size", out var sizeElement) || sizeElement.ValueKind != JsonValueKind.Number || !sizeElement.TryGetInt64(out var size) || size < 0)
        {
            return Wrong(".size", "is not a number of bytes");
        }

        return TryGetString(element, "mediaType", out var mediaType)
            ? new Descriptor(mediaType, digest, size)
            : Wrong(".mediaType", "is not a string");
    }

    private Descriptor? Wrong(string field, string reason)
    {
        if (Error is null)
        {
            var text = string.Join('.', place.Select(name => name.Length > LongestPlace ? name[..LongestPlace] : name)).Replace(".[]", "[]", StringComparison.Ordinal);
            Fail($"'{(text.Length > LongestPlace ? $"…{text[^LongestPlace..]}" : text)}{field}' {reason}");
        }

        return null;
    }
}
