using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Registry.Storage.Buckets;
using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>Where the bytes of an upload stand in the bucket between two requests.</summary>
/// <param name="Length">How many there are.</param>
/// <param name="Open">The multipart upload that has them but for its tail; null: the object itself has them.</param>
/// <param name="EarlierTail">The length before the last request: its tail is kept in case that the index has not seen the last one.</param>
internal sealed record StagedUpload(long Length, OpenUpload? Open, long? EarlierTail = null)
{
    /// <summary>Nobody knows any more what the object has, or will have: the upload begins again, under another key.</summary>
    public static readonly StagedUpload Lost = new(-1, Open: null);
}

/// <summary>
/// The tail of a multipart upload between two requests: an object of its own, <c>tails/&lt;2 hex&gt;/&lt;uuid&gt;.&lt;length&gt;</c>, with one line of JSON that says which upload
/// and parts it belongs to, and the bytes after them. It is written last: until then what the request before has left holds.
/// </summary>
internal static class TailObject
{
    public const string Prefix = "tails/";

    /// <summary>More bytes than a head and a part have: a tail is read from its first to its last.</summary>
    public const long LongestTail = 8L * 1024 * 1024 * 1024;

    private const int LongestHead = 2 * 1024 * 1024;

    public static string NameOf(StorageKey key, long length) => PrefixOf(key) + length.ToString("d19", CultureInfo.InvariantCulture);

    public static string PrefixOf(StorageKey key) => string.Concat(Prefix, key.ToString().AsSpan("blobs/".Length), ".");

    public static string PrefixOf(StoragePart part) => $"{Prefix}{part}/";

    public static bool TryParse(string name, out StorageKey key)
    {
        var (end, _) = (name.LastIndexOf('.'), key = default);
        return end > Prefix.Length && StorageKey.TryParse(string.Concat("blobs/", name.AsSpan(Prefix.Length, end - Prefix.Length)), out key);
    }

    public static ReadOnlyMemory<byte> HeadOf(OpenUpload upload)
    {
        var head = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(head);
        JsonSerializer.Serialize(json, upload);
        json.Flush();
        head.Write("\n"u8);
        return head.WrittenMemory;
    }

    /// <summary>Reads the head; what is left of the stream is the tail. It reads byte by byte: of a buffered stream.</summary>
    /// <exception cref="InvalidDataException">It is no tail of ours.</exception>
    public static async Task<OpenUpload> ReadHeadAsync(BufferedStream stream, CancellationToken cancellationToken)
    {
        var head = new ArrayBufferWriter<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken) > 0 && one[0] != (byte)'\n')
        {
            head.Write(one);
            if (head.WrittenCount > LongestHead)
            {
                break;
            }
        }

        try
        {
            return JsonSerializer.Deserialize<OpenUpload>(head.WrittenSpan) ?? throw new InvalidDataException("The head of a tail is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The head of a tail cannot be read.", e);
        }
    }
}
