using System.Text.Encodings.Web;
using System.Text.Json;

namespace Registry.Api.Oci;

/// <summary>Writes a JSON answer whole, with its length.</summary>
internal static class JsonBody
{
    // Media types have a '+', which the default encoder writes as \u002B for the sake of HTML; these answers are JSON.
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

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
