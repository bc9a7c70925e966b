using System.Globalization;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// A chunk's <c>Content-Range: &lt;first&gt;-&lt;last&gt;</c> (specification, "Pushing a blob in chunks"); RFC 9110's form with
/// <c>bytes</c> in front and <c>/size</c> behind is understood too.
/// </summary>
internal static class ContentRangeHeader
{
    /// <summary>No header is no range. Errors: UploadInvalid.</summary>
    public static bool TryRead(HttpRequest request, out ChunkRange? range, out RegistryError? error)
    {
        (range, error) = (null, null);
        if (request.Headers.ContentRange.Count == 0)
        {
            return true;
        }

        var text = request.Headers.ContentRange.ToString().Trim();
        var body = text.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase) ? text["bytes ".Length..] : text;
        var slash = body.IndexOf('/', StringComparison.Ordinal);
        var ends = (slash < 0 ? body : body[..slash]).Split('-');
        if (ends.Length == 2
            && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            && last >= first && last < long.MaxValue)
        {
            range = new ChunkRange(first, last);
            return true;
        }

        error = new RegistryError(ErrorKind.UploadInvalid, "Content-Range is <first byte>-<last byte>, both counted from 0, for example 0-1023.", new { contentRange = text });
        return false;
    }
}
