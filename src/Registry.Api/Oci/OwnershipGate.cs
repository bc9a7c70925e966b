using Registry.Api.Owning;
using Registry.Storage.Journal;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// With a bucket, lets through what this process may answer: everything while it is the owner, health and figures always, and on a standby what may be
/// read from its copy if the operator wants that. An owner that was paused on the way finds its lease gone when the answer begins, and gives none.
/// </summary>
internal sealed class OwnershipGate(RequestDelegate next, IOwnership ownership, OwnedServices owned, StandbyOptions standby)
{
    /// <summary>RFC 9111 has no header field for it any more; RFC 7234, section 5.5 has, and it is the one that tools know.</summary>
    private const string Stale = "110 - \"Response is Stale\"";

    private static readonly PathString[] Open = ["/health", "/metrics", "/openapi", "/api/v1/index"];

    public Task InvokeAsync(HttpContext context) =>
        IsOpen(context.Request) ? next(context)
        : ownership.IsHeld && owned.AreStarted ? AnswerAsync(context)
        : ownership.IsStandby && standby.Reads && MayBeStale(context.Request) ? AnswerStaleAsync(context)
        : RefuseAsync(context);

    private async Task AnswerAsync(HttpContext context)
    {
        var isRefused = false;
        context.Response.OnStarting(() =>
        {
            // That something could not be done is true in any case, and so is said.
            if (!ownership.IsHeld && !isRefused && context.Response.StatusCode < StatusCodes.Status500InternalServerError)
            {
                // What was found out while the lease was held may not be true any more.
                context.Abort();
            }

            return Task.CompletedTask;
        });
        await next(context);
        if (!context.Response.HasStarted && !ownership.IsHeld)
        {
            isRefused = true;
            context.Response.Clear();
            await RefuseAsync(context);
        }
    }

    private Task AnswerStaleAsync(HttpContext context)
    {
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.Warning = Stale;
            return Task.CompletedTask;
        });
        return next(context);
    }

    private async Task RefuseAsync(HttpContext context)
    {
        var error = new RegistryError(ErrorKind.Unavailable, $"This registry does not serve now ({Reason}). Nothing was changed; try again.");
        if (OciPath.IsOci(context.Request.Path.Value ?? ""))
        {
            AnswerHeaders.Write(context.Response);
            await ErrorResponse.WriteAsync(context, error);
            return;
        }

        context.Response.Headers.RetryAfter = "5";
        await Results.Problem(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(context);
    }

    private string Reason => ownership.State switch
    {
        { Phase: not OwnershipPhase.Owner } other => other.Description,
        _ when !ownership.IsHeld => "owner: the bucket has not confirmed it lately",
        _ => "owner: it is just starting",
    };

    private static bool IsOpen(HttpRequest request) =>
        request.Path == "/" || Open.Any(path => request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase) && IsRead(request));

    private static bool MayBeStale(HttpRequest request) =>
        IsRead(request) && OciPath.IsOci(request.Path.Value ?? "") && OciPath.Parse(request.Path.Value!).Succeeded(out var target, out _) && target.Resource is not (OciResource.Upload or OciResource.Uploads);

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
}
