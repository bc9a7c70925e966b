using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>Writes the specification's error body: <c>{"errors":[{"code","message","detail"}]}</c>.</summary>
internal static class ErrorResponse
{
    public static async Task WriteAsync(HttpContext context, RegistryError error)
    {
        var wire = ErrorTable.Of(error.Kind);
        var response = context.Response;
        response.StatusCode = wire.Status;
        if (error.Kind is ErrorKind.Unavailable or ErrorKind.StorageFull or ErrorKind.UploadBusy)
        {
            response.Headers.RetryAfter = "5";
        }

        await JsonBody.WriteAsync(context, "application/json", new { errors = new[] { new { code = wire.Code, message = error.Message, detail = error.Detail } } });
    }
}
