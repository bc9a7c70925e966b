using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// If-Match and If-None-Match of a manifest PUT (RFC 9110, section 13.1; distribution-spec issue 250). A condition that
/// cannot be understood is an error: ignoring it would move a tag that the caller wanted protected.
/// </summary>
internal static class TagConditionHeaders
{
    /// <summary>Errors: RequestInvalid.</summary>
    public static Outcome<TagCondition> Read(HttpRequest request, IReadOnlyList<Tag> tags)
    {
        var (ifMatch, ifNoneMatch) = (request.Headers.IfMatch, request.Headers.IfNoneMatch);
        if (ifMatch.Count == 0 && ifNoneMatch.Count == 0)
        {
            return TagCondition.None;
        }

        if (tags.Count == 0)
        {
            return Invalid("If-Match and If-None-Match are about a tag; this push names none.");
        }

        return TryRead(ifMatch, IsStrong, out var mustBe, out var mustExist) && TryRead(ifNoneMatch, _ => true, out var mustNotBe, out var mustNotExist)
            ? new TagCondition(mustBe, mustExist, mustNotBe, mustNotExist)
            : Invalid("If-Match and If-None-Match are * or a list of digests in double quotes, for example If-Match: \"sha256:…\".");
    }

    private static bool TryRead(StringValues header, Func<EntityTagHeaderValue, bool> mayMatch, out IReadOnlyList<Digest>? digests, out bool any)
    {
        (digests, any) = (null, false);
        if (header.Count == 0)
        {
            return true;
        }

        if (!EntityTagHeaderValue.TryParseStrictList([.. header.OfType<string>()], out var tags) || tags.Count == 0)
        {
            return false;
        }

        any = tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any));
        if (any)
        {
            // The star stands alone; in a list it is not clear what was meant.
            return tags.Count == 1;
        }

        // An entity tag that is no digest is a condition like another: it never matches.
        digests = [.. tags.Where(mayMatch).Select(tag => Digest.TryParse(tag.Tag.ToString().Trim('"'), out var digest) ? digest : default).Where(digest => digest.IsValid)];
        return true;
    }

    /// <summary>If-Match compares strongly (section 13.1.1), If-None-Match weakly (13.1.2).</summary>
    private static bool IsStrong(EntityTagHeaderValue tag) => !tag.IsWeak;

    private static RegistryError Invalid(string message) => new(ErrorKind.RequestInvalid, message);
}
