using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// Maps <c>/v2/…</c> to flat internal routes before routing runs, so that endpoints stay ordinary ones with their own
/// metadata: ASP.NET Core allows a catch-all only as a pattern's last segment. What was parsed is a feature.
/// </summary>
internal sealed class OciRoutingMiddleware(RequestDelegate next)
{
    /// <summary>Not to be reached from outside: the middleware refuses a request that begins so.</summary>
    public const string InternalRoot = "/_oci";

    public static string RouteOf(OciResource resource) => $"{InternalRoot}/{resource}";

    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(InternalRoot, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!OciPath.IsOci(path))
        {
            await next(context);
            return;
        }

        context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!OciPath.Parse(path).Succeeded(out var target, out var error))
        {
            await ErrorResponse.WriteAsync(context, error);
            return;
        }

        context.Features.Set(target);
        context.Request.Path = RouteOf(target.Resource);
        await next(context);
        context.Request.Path = path;
    }
}
