using System.Globalization;

namespace Registry.Storage.Model;

/// <summary>One of the 256 parts that stored objects are spread over evenly, by the last byte of their keys.</summary>
public readonly record struct StoragePart(byte Number)
{
    public static IReadOnlyList<StoragePart> All { get; } = [.. Enumerable.Range(0, 256).Select(number => new StoragePart((byte)number))];

    /// <summary>What the storage keys of this part begin with.</summary>
    public string KeyPrefix => $"blobs/{this}/";

    /// <summary>Two lower-case hex digits.</summary>
    public override string ToString() => Number.ToString("x2", CultureInfo.InvariantCulture);
}
