using Microsoft.AspNetCore.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// Sees to it that every answer under <c>/v2/</c> that is not a success has the OCI error body: those of the framework (no
/// such method, a broken request) and those of a fault. A fault is 503 with Retry-After, never a stack trace.
/// </summary>
internal sealed class OciErrorMiddleware(RequestDelegate next, ILogger<OciErrorMiddleware> log)
{
    private const int NoSpaceLeft = 28;
    private const int SqliteFull = 13;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!OciPath.IsOci(context.Request.Path.Value ?? ""))
        {
            await next(context);
            return;
        }

        RegistryError? error;
        try
        {
            await next(context);
            error = context.Response.HasStarted || context.Response.StatusCode < 400 || context.Response.ContentLength > 0 ? null : OfStatus(context);
        }
        catch (Exception e) when (HasGone(context, e))
        {
            // A client that hangs up is not an error; nobody reads the answer.
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (BadHttpRequestException e)
        {
            var kind = e.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorKind.RequestTooLarge : ErrorKind.RequestInvalid;
            error = new RegistryError(kind, $"The request is not valid HTTP: {e.Message}");
        }
        catch (IOException e) when (e.InnerException is OverflowException)
        {
            // How Kestrel says that it cannot hold the size of a chunk (RFC 9112, section 7.1).
            error = new RegistryError(ErrorKind.RequestInvalid, "A chunk of Transfer-Encoding: chunked has at most 2 GiB. Send smaller ones.");
        }
        catch (Exception e)
        {
            error = OfFault(e);
            log.LogError(e, "{Method} failed", context.Request.Method);
        }

        if (error is null)
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
        context.Response.Headers.Allow = allow;
        await ErrorResponse.WriteAsync(context, error);
    }

    private static bool HasGone(HttpContext context, Exception e) =>
        context.RequestAborted.IsCancellationRequested
        || e is ConnectionResetException or ConnectionAbortedException
        || e is BadHttpRequestException && e.Message.Contains("Unexpected end of request content", StringComparison.Ordinal);

    private static RegistryError OfStatus(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new RegistryError(ErrorKind.RouteUnknown, "There is nothing at this address."),
        StatusCodes.Status405MethodNotAllowed => new RegistryError(
            ErrorKind.MethodNotAllowed, $"{context.Request.Method} is not possible here; Allow says what is."),
        _ => new RegistryError(ErrorKind.RequestInvalid, "The request is not valid."),
    };

    private static RegistryError OfFault(Exception e) =>
        IsFull(e) || IsFull(e.InnerException)
            ? new RegistryError(ErrorKind.StorageFull, "The registry's disk is full. Nothing was stored; pulls and deletes still work. Free some space and try again.")
            : new RegistryError(ErrorKind.Unavailable, "The registry could not do this right now; its log says why. Nothing was changed; try again.");

    private static bool IsFull(Exception? e) => e switch
    {
        IOException io => (io.HResult & 0xFFFF) is NoSpaceLeft or 0x70 || io.Message.StartsWith("No space left", StringComparison.Ordinal),
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull,
        DbUpdateException update => IsFull(update.InnerException),
        _ => false,
    };
}
