using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>The headers that say which content an answer is about; content never changes, so the digest is its entity tag.</summary>
internal static class DigestHeaders
{
    public const string DockerContentDigest = "Docker-Content-Digest";

    public static void Write(HttpResponse response, Digest digest)
    {
        response.Headers[DockerContentDigest] = digest.ToString();
        response.Headers.ETag = EntityTag(digest);
    }

    public static string EntityTag(Digest digest) => $"\"{digest}\"";

    /// <summary>If-None-Match names this content (RFC 9110, section 13.1.2): answer 304.</summary>
    public static bool IsNotModified(HttpRequest request, Digest digest)
    {
        if (request.Headers.IfNoneMatch.Count == 0)
        {
            return false;
        }

        var own = new EntityTagHeaderValue(EntityTag(digest));
        return new RequestHeaders(request.Headers).IfNoneMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, useStrongComparison: false));
    }

    public static RegistryError Invalid(string text) =>
        new(ErrorKind.DigestInvalid, "A digest is sha256:<64 hex> or sha512:<128 hex>, in lower case.", new { digest = text });
}
