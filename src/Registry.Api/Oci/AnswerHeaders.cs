namespace Registry.Api.Oci;

/// <summary>The headers of every answer under <c>/v2/</c>, refusals included, and those that go with content alone.</summary>
internal static class AnswerHeaders
{
    public static void Write(HttpResponse response)
    {
        response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        response.Headers.XContentTypeOptions = "nosniff";
        // Whoever pushes names the media type, text/html too: a browser must neither run nor load anything of it.
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
    }

    /// <summary>A refusal is about no content: it must not be taken, or cached, for the one whose headers were written already.</summary>
    public static void RemoveThoseOfContent(HttpResponse response)
    {
        response.Headers.Remove(DigestHeaders.DockerContentDigest);
        response.Headers.ETag = default;
        response.Headers.AcceptRanges = default;
    }
}
