using System.Text.Json;

namespace Registry.Storage.Journal;

/// <summary>What the object <c>owner</c> says.</summary>
/// <param name="Instance">See <see cref="OwnerIdentity"/>.</param>
/// <param name="Who">The owner, for people.</param>
/// <param name="Term">The number of its claim in the journal.</param>
/// <param name="Counter">One more in each heartbeat: that the object changes is what says that its owner lives.</param>
/// <param name="StartedAt">Of the process; nothing depends on it.</param>
/// <param name="TakeoverAfter">How long the others have to wait at least; null: it does not say.</param>
/// <param name="Released">The owner has ended, and this was the number of the last object that it has written to the journal; null while it owns.</param>
internal sealed record OwnerObject(string Instance, string Who, long Term, long Counter, DateTimeOffset StartedAt, TimeSpan? TakeoverAfter, long? Released)
{
    public const string Name = "owner";

    /// <summary>Nothing that we write is as long; what is longer is not read to its end.</summary>
    public const int Longest = 4096;

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, JsonSerializerOptions.Web);

    /// <summary>Null: nobody can tell what it means.</summary>
    public static OwnerObject? TryParse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<OwnerObject>(bytes, JsonSerializerOptions.Web) is { Instance.Length: > 0, Who.Length: > 0, Term: > 0 } known ? known : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The object as it was read.</summary>
/// <param name="Bytes">Null: there is none.</param>
/// <param name="Owner">Null: there is none, or it cannot be read.</param>
internal readonly record struct OwnerReading(byte[]? Bytes, OwnerObject? Owner)
{
    public bool HasSameBytes(OwnerReading other) => Bytes is null ? other.Bytes is null : other.Bytes is not null && Bytes.AsSpan().SequenceEqual(other.Bytes);
}
