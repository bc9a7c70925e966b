using Registry.Storage.Buckets;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// Sees to it that every answer under <c>/v2/</c> has the headers of the API, and every one that is not a success the OCI
/// error body: those of the framework (no such method, a broken request) and those of a fault. A fault is 503, or 507 on a
/// full disk, with Retry-After, never a stack trace.
/// </summary>
internal sealed partial class OciErrorMiddleware(RequestDelegate next, ILogger<OciErrorMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!OciPath.IsOci(context.Request.Path.Value ?? ""))
        {
            await next(context);
            return;
        }

        AnswerHeaders.Write(context.Response);
        if (await RunAsync(context) is not { } error)
        {
            return;
        }

        if (context.Response.HasStarted)
        {
            // The status is out already: break the connection, so that the client does not take half for the whole.
            context.Abort();
            return;
        }

        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        AnswerHeaders.Write(context.Response);
        context.Response.Headers.Allow = allow;
        await ErrorResponse.WriteAsync(context, error);
    }

    /// <summary>What is still to be answered; null if everything is.</summary>
    private async Task<RegistryError?> RunAsync(HttpContext context)
    {
        try
        {
            await next(context);
            return context.Response.HasStarted || context.Response.StatusCode < 400 || context.Response.ContentLength > 0 ? null : OfStatus(context);
        }
        catch (Exception e) when (Fault.IsHangUp(context, e))
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            // Else Kestrel tries to read the rest of the body, finds its reader in the middle of a read, and logs a failure.
            context.Abort();
            return null;
        }
        catch (Exception e)
        {
            if (Fault.InHttp(e) is { } mistake)
            {
                return mistake;
            }

            var fault = Fault.InRegistry(e);
            if (fault.Kind == ErrorKind.StorageFull || e is S3Failure)
            {
                // An operator's affair, not a bug: what to do is in the reason, and where in the code it was seen says nothing.
                Refused(log, context.Request.Method, context.Request.Path.ToUriComponent(), e is S3Failure ? e.Message : e.GetBaseException().Message);
            }
            else
            {
                Failed(log, e, context.Request.Method, context.Request.Path.ToUriComponent());
            }

            return fault;
        }
    }

    private static RegistryError OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new RegistryError(ErrorKind.RouteUnknown, "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new RegistryError(
            ErrorKind.MethodNotAllowed, $"{Echo.Of(context.Request.Method)} is not possible here; Allow says what is."),
        _ => new RegistryError(ErrorKind.RequestInvalid, "The request is not valid."),
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} refused: {Reason}")]
    private static partial void Refused(ILogger log, string method, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void Failed(ILogger log, Exception e, string method, string path);
}
