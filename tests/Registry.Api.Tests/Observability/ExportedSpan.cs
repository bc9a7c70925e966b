using System.Text;

namespace Registry.Api.Tests.Observability;

/// <summary>The four fields that say how spans hang together, read from an OTLP <c>ExportTraceServiceRequest</c> (protobuf).</summary>
internal sealed record ExportedSpan(string TraceId, string Id, string ParentId, string Name)
{
    private const int ResourceSpans = 1;
    private const int ScopeSpans = 2;
    private const int Spans = 2;

    public static IEnumerable<ExportedSpan> ReadAll(ReadOnlyMemory<byte> request) =>
        from resource in Fields(request)
        where resource.Number == ResourceSpans
        from scope in Fields(resource.Value)
        where scope.Number == ScopeSpans
        from span in Fields(scope.Value)
        where span.Number == Spans
        select Read(span.Value);

    private static ExportedSpan Read(ReadOnlyMemory<byte> span)
    {
        var fields = Fields(span).GroupBy(field => field.Number).ToDictionary(group => group.Key, group => group.First().Value);
        return new ExportedSpan(Hex(1), Hex(2), Hex(4), Encoding.UTF8.GetString(fields[5].Span));

        string Hex(int number) => fields.TryGetValue(number, out var bytes) ? Convert.ToHexStringLower(bytes.Span) : "";
    }

    /// <summary>The length-delimited fields of a message; the others are passed over.</summary>
    private static List<(int Number, ReadOnlyMemory<byte> Value)> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ReadOnlyMemory<byte>)>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message.Span, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message.Span, ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message.Span, ref at);
                    fields.Add(((int)(tag >> 3), message.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at {at}.");
            }
        }

        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
