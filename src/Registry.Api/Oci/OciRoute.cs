using Microsoft.AspNetCore.Routing.Patterns;

namespace Registry.Api.Oci;

/// <summary>
/// The route of a resource: reached under a flat internal path, named in metrics and traces as the specification writes it.
/// </summary>
internal static class OciRoute
{
    /// <summary>Not to be reached from outside: the middleware refuses a request that begins so.</summary>
    public const string InternalRoot = "/_oci";

    public static string PathOf(OciResource resource) => $"{InternalRoot}/{resource}";

    public static RoutePattern PatternOf(OciResource resource) => RoutePatternFactory.Pattern(
        NameOf(resource),
        PathOf(resource).Split('/', StringSplitOptions.RemoveEmptyEntries).Select(segment => RoutePatternFactory.Segment(RoutePatternFactory.LiteralPart(segment))));

    /// <summary>Specification, "Endpoints".</summary>
    private static string NameOf(OciResource resource) => resource switch
    {
        OciResource.Base => "/v2/",
        OciResource.Catalog => "/v2/_catalog",
        OciResource.Manifest => "/v2/{name}/manifests/{reference}",
        OciResource.Blob => "/v2/{name}/blobs/{digest}",
        OciResource.Uploads => "/v2/{name}/blobs/uploads/",
        OciResource.Upload => "/v2/{name}/blobs/uploads/{reference}",
        OciResource.Tags => "/v2/{name}/tags/list",
        OciResource.Referrers => "/v2/{name}/referrers/{digest}",
        _ => throw new ArgumentOutOfRangeException(nameof(resource), resource, null),
    };
}
