using Registry.Storage.Content;

namespace Registry.Api.Oci;

/// <summary>What a request brings to an upload session.</summary>
internal static class UploadRequest
{
    /// <summary>Its body, with the length that Content-Length announces; Kestrel holds the client to it.</summary>
    public static UploadBody BodyOf(HttpRequest request) => new(request.BodyReader, request.ContentLength);
}
