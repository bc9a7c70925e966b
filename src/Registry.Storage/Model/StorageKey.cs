using System.Globalization;

namespace Registry.Storage.Model;

/// <summary>
/// Where a stored object's bytes are: <c>blobs/&lt;2 hex&gt;/&lt;uuid v7&gt;</c>. Made anew for every upload and never used
/// twice, so a late delete of an old object cannot hit a new one (ADR 0002). <c>default</c> is no key and prints so.
/// </summary>
public readonly record struct StorageKey
{
    private const string Prefix = "blobs/";

    private readonly string? text;

    private StorageKey(string text) => this.text = text;

    public bool IsValid => text is not null;

    /// <summary>The part of the blob store that it is in.</summary>
    /// <exception cref="InvalidOperationException">It is no key.</exception>
    public StoragePart Part => text is not null
        ? new StoragePart(byte.Parse(text.AsSpan(6, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        : throw new InvalidOperationException("There is no storage key.");

    /// <summary>When its upload began, by its UUID; null where it is none of version 7, so that no registry has made it.</summary>
    public DateTimeOffset? CreatedAt => text is not null && text[21] == '7'
        ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text.AsSpan(9, 12), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        : null;

    /// <summary>Time-ordered by its name; spread over 256 folders by its last, random, byte.</summary>
    public static StorageKey New(DateTimeOffset now)
    {
        var id = Guid.CreateVersion7(now).ToString("N");
        return new StorageKey($"{Prefix}{id[^2..]}/{id}");
    }

    public static bool TryParse(string? value, out StorageKey key)
    {
        var valid = value is { Length: 41 } && value.StartsWith(Prefix, StringComparison.Ordinal)
            && value[8] == '/' && !value.AsSpan(9).ContainsAnyExcept(Digest.LowerHex)
            && value.AsSpan(6, 2).SequenceEqual(value.AsSpan(39, 2));
        key = valid ? new StorageKey(value!) : default;
        return valid;
    }

    /// <exception cref="FormatException">The value is not a storage key.</exception>
    public static StorageKey Parse(string value) =>
        TryParse(value, out var key) ? key : throw new FormatException($"'{value}' is not a storage key.");

    public override string ToString() => text ?? "(no storage key)";
}
