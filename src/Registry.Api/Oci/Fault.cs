using Microsoft.AspNetCore.Connections;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>What an exception means to the client: it has gone, it sent no HTTP, or the registry cannot do its work.</summary>
internal static class Fault
{
    /// <summary>A client that hangs up is not an error; nobody reads the answer.</summary>
    public static bool IsHangUp(HttpContext context, Exception e) => e switch
    {
        ConnectionResetException or ConnectionAbortedException => true,
        // Kestrel's reason is internal, and its abort comes a moment later than this. BrokenUploadTests watches the text.
        BadHttpRequestException bad when bad.Message.StartsWith("Unexpected end of request content", StringComparison.Ordinal) => true,
        OperationCanceledException or IOException => context.RequestAborted.IsCancellationRequested && !StorageFull.Is(e),
        _ => false,
    };

    /// <summary>The client's mistake in how it speaks HTTP; null if it is none.</summary>
    public static RegistryError? InHttp(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => new RegistryError(
            ErrorKind.RequestTimedOut, "The body came too slowly, or stopped coming. Nothing of it was kept; send it again, in smaller chunks if the line is slow."),
        BadHttpRequestException => new RegistryError(ErrorKind.RequestInvalid, $"The request is not valid HTTP: {e.Message}"),
        // How Kestrel says that it cannot hold the size of a chunk (RFC 9112, section 7.1).
        IOException { InnerException: OverflowException } => new RegistryError(ErrorKind.RequestInvalid, "A chunk of Transfer-Encoding: chunked has at most 2 GiB. Send smaller ones."),
        _ => null,
    };

    /// <summary>What is left: something in the registry is broken.</summary>
    public static RegistryError InRegistry(Exception e) => StorageFull.Is(e)
        ? new RegistryError(ErrorKind.StorageFull, "The registry's disk is full. Nothing was stored; pulls and deletes still work. Free some space and try again.")
        : new RegistryError(ErrorKind.Unavailable, "The registry could not do this right now; its log says why. Nothing was changed; try again.");
}
