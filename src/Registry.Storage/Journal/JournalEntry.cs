using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Registry.Storage.Index;

namespace Registry.Storage.Journal;

/// <summary>
/// One object of the journal: a line of JSON that says what it is, and the changes behind it, compressed. Complete in itself: whoever has the
/// index as it was before this one needs nothing else.
/// </summary>
internal sealed record JournalEntry(JournalHeader Header, IReadOnlyList<JournaledChange> Changes)
{
    private const int Format = 1;
    private const int ChangeHeader = 20;

    public byte[] Write()
    {
        var body = new MemoryStream();
        using (var compressed = new ZLibStream(body, CompressionLevel.Fastest, leaveOpen: true))
        {
            Span<byte> header = stackalloc byte[ChangeHeader];
            foreach (var change in Changes)
            {
                BinaryPrimitives.WriteInt64LittleEndian(header, change.Term);
                BinaryPrimitives.WriteInt64LittleEndian(header[8..], change.Sequence);
                BinaryPrimitives.WriteInt32LittleEndian(header[16..], change.Changes.Length);
                compressed.Write(header);
                compressed.Write(change.Changes.Span);
            }
        }

        var bytes = body.ToArray();
        var line = JsonSerializer.SerializeToUtf8Bytes(Header with { Format = Format, Changes = Changes.Count, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) }, JournalJson.Default.JournalHeader);
        return [.. line, (byte)'\n', .. bytes];
    }

    /// <exception cref="InvalidDataException">It is no such object, is damaged, or was written by a newer version.</exception>
    public static JournalEntry Read(string name, ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        var header = end < 0 ? null : TryReadHeader(bytes.Span[..end]);
        if (header is null)
        {
            throw new InvalidDataException($"The object '{name}' is not one of a journal.");
        }

        if (header.Format != Format)
        {
            throw new InvalidDataException($"The object '{name}' of the journal has the format {header.Format}, and this version knows {Format}. It was written by a newer version of the registry.");
        }

        var body = bytes[(end + 1)..];
        return Convert.ToHexStringLower(SHA256.HashData(body.Span)) == header.Sha256
            ? new JournalEntry(header, ReadChanges(body, header.Changes))
            : throw new InvalidDataException($"The object '{name}' of the journal is damaged: its bytes have another digest than its first line says.");
    }

    private static JournalHeader? TryReadHeader(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Default.JournalHeader);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<JournaledChange> ReadChanges(ReadOnlyMemory<byte> body, int count)
    {
        using var stream = new ZLibStream(new MemoryStream(body.ToArray(), writable: false), CompressionMode.Decompress);
        var changes = new List<JournaledChange>(count);
        Span<byte> header = stackalloc byte[ChangeHeader];
        for (var i = 0; i < count; i++)
        {
            stream.ReadExactly(header);
            var bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(header[16..])];
            stream.ReadExactly(bytes);
            changes.Add(new JournaledChange(BinaryPrimitives.ReadInt64LittleEndian(header), BinaryPrimitives.ReadInt64LittleEndian(header[8..]), bytes));
        }

        return changes;
    }
}

/// <summary>What an object of the journal is.</summary>
internal sealed record JournalHeader
{
    public int Format { get; init; }

    public required string Lineage { get; init; }

    public required long Number { get; init; }

    /// <summary>Made up for this object, so that its writer knows it again.</summary>
    public required Guid Id { get; init; }

    /// <summary>The object by which its writer took over: its own number, where it is that object.</summary>
    public required long Term { get; init; }

    /// <summary>The migration of the index that the changes were made with.</summary>
    public required string Schema { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Null where it is no claim.</summary>
    public JournalClaim? Claim { get; init; }

    /// <summary>Whether its writer gives the journal up: it has nothing that is not in it.</summary>
    public bool IsReleased { get; init; }

    public int Changes { get; init; }

    /// <summary>Of everything behind the first line.</summary>
    public string? Sha256 { get; init; }
}

/// <summary>A process takes over: from this object on nobody else can write to the journal.</summary>
/// <param name="Owner">Who it is, for people.</param>
/// <param name="NeedsSnapshot">Whether it had an index before there was a journal: the first snapshot has what was in it, and the journal has not.</param>
/// <param name="PromisedUntil">Promises that its predecessor may have given without a trace hold until then; null: there are none.</param>
internal sealed record JournalClaim(string Owner, bool NeedsSnapshot, DateTimeOffset? PromisedUntil);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalHeader))]
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class JournalJson : JsonSerializerContext;
