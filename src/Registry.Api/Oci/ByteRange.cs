using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// Which bytes of a blob a GET asks for (RFC 9110, section 14). One range is served; several, another unit or an If-Range
/// about other content mean the whole. Of what is no range, such as <c>500-0</c>, the RFC allows both to ignore it and to
/// refuse it; it is refused, since the official conformance suite takes the whole for a registry without ranges.
/// </summary>
internal readonly record struct ByteRange(long Offset, long Count, bool IsPartial, bool IsUnsatisfiable)
{
    public static ByteRange Read(HttpRequest request, Digest digest, long size)
    {
        var whole = new ByteRange(0, size, IsPartial: false, IsUnsatisfiable: false);
        if (request.Headers.Range.Count == 0)
        {
            return whole;
        }

        var unsatisfiable = new ByteRange(0, 0, IsPartial: false, IsUnsatisfiable: true);
        if (!request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || !IsAboutThis(request, digest))
        {
            return whole;
        }

        if (new RequestHeaders(request.Headers).Range is not { } asked)
        {
            return unsatisfiable;
        }

        if (asked.Ranges.Count != 1)
        {
            return whole;
        }

        var range = asked.Ranges.Single();
        var (first, last) = range switch
        {
            { From: null, To: { } suffix } => (Math.Max(0, size - suffix), suffix == 0 ? -1 : size - 1),
            { From: { } from, To: { } to } => (from, Math.Min(to, size - 1)),
            { From: { } from } => (from, size - 1),
            _ => (0, size - 1),
        };
        return first > last ? unsatisfiable : new ByteRange(first, last - first + 1, IsPartial: true, IsUnsatisfiable: false);
    }

    /// <summary>If-Range with another entity tag, or with a date (blobs have none), asks for the whole.</summary>
    private static bool IsAboutThis(HttpRequest request, Digest digest) =>
        request.Headers.IfRange.Count == 0
        || EntityTagHeaderValue.TryParse(request.Headers.IfRange.ToString(), out var tag) && tag.Compare(new EntityTagHeaderValue(DigestHeaders.EntityTag(digest)), useStrongComparison: true);
}
