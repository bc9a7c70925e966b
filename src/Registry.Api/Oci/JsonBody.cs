using System.Text.Json;

namespace Registry.Api.Oci;

/// <summary>Writes a JSON answer whole, with its length.</summary>
internal static class JsonBody
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static async Task WriteAsync<T>(HttpContext context, string mediaType, T body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Web);
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
        }
    }
}
