namespace Registry.Storage.Model;

/// <summary>
/// A movable name for a manifest in one repository: <c>[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}</c> (distribution
/// specification, "Pulling manifests"). <c>default</c> is not a tag and prints so.
/// </summary>
public readonly record struct Tag
{
    public const int MaxLength = 128;

    private readonly string? text;

    private Tag(string text) => this.text = text;

    public bool IsValid => text is not null;

    public static bool TryParse(string? value, out Tag tag)
    {
        var valid = value is { Length: > 0 and <= MaxLength }
            && value[0] is not ('.' or '-')
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
        tag = valid ? new Tag(value!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The value is not a tag.</exception>
    public static Tag Parse(string value) =>
        TryParse(value, out var tag) ? tag : throw new FormatException($"'{value}' is not a tag.");

    public override string ToString() => text ?? "(no tag)";
}
