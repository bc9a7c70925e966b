namespace Registry.Api.Oci;

/// <summary>
/// Maps <c>/v2/…</c> to flat internal routes before routing runs, so that endpoints stay ordinary ones with their own
/// metadata: ASP.NET Core allows a catch-all only as a pattern's last segment. What was parsed is a feature.
/// </summary>
internal sealed class OciRoutingMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path.StartsWith(OciRoute.InternalRoot, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!OciPath.IsOci(path))
        {
            await next(context);
            return;
        }

        if (!OciPath.Parse(path).Succeeded(out var target, out var error))
        {
            await ErrorResponse.WriteAsync(context, error);
            return;
        }

        context.Features.Set(target);
        context.Request.Path = OciRoute.PathOf(target.Resource);
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Path = path;
        }
    }
}
