using System.Text.Json;
using System.Text.Json.Serialization;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>Writes the specification's error body: <c>{"errors":[{"code","message","detail"}]}</c>.</summary>
internal static class ErrorResponse
{
    private static readonly JsonSerializerOptions ForDetail = new(JsonSerializerDefaults.Web) { Converters = { new ShortText() } };

    public static async Task WriteAsync(HttpContext context, RegistryError error)
    {
        var wire = ErrorTable.Of(error.Kind);
        var response = context.Response;
        response.StatusCode = wire.Status;
        AnswerHeaders.RemoveThoseOfContent(response);
        if (error.Kind is ErrorKind.Unavailable or ErrorKind.StorageFull or ErrorKind.UploadBusy)
        {
            response.Headers.RetryAfter = "5";
        }

        var detail = error.Detail is null ? (JsonElement?)null : JsonSerializer.SerializeToElement(error.Detail, ForDetail);
        await JsonBody.WriteAsync(context, MediaTypes.Json, new { errors = new[] { new Entry(wire.Code, error.Message, detail) } });
    }

    private sealed record Entry(string Code, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Detail);

    /// <summary>Details repeat what the client sent; nobody needs 60 kB of that back.</summary>
    private sealed class ShortText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Echo.Of(value));
    }
}
