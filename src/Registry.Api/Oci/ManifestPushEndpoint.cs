using Microsoft.Net.Http.Headers;
using Registry.Api.Auth;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>PUT of a manifest (specification, end-7).</summary>
internal sealed class ManifestPushEndpoint(ManifestPush pushes, IAccess access)
{
    public async Task<RegistryError?> PushAsync(HttpContext context, OciTarget target)
    {
        var request = context.Request;
        if (!ManifestNames.Read(request, target).Succeeded(out var names, out var error)
            || !TagConditionHeaders.Read(request, names.Tags).Succeeded(out var condition, out error)
            || !ReadContentType(request).Succeeded(out var contentType, out error)
            || !(await ManifestBody.ReadAsync(request, context.RequestAborted)).Succeeded(out var body, out error)
            || !ManifestDocument.Parse(body, contentType.Length == 0 ? null : contentType).Succeeded(out var document, out error))
        {
            return error;
        }

        var digest = Digest.Of(names.Digest.IsValid ? names.Digest.Algorithm : DigestAlgorithm.Sha256, body);
        if (names.Digest.IsValid && names.Digest != digest)
        {
            return new RegistryError(ErrorKind.DigestInvalid, $"The manifest that arrived has the digest {digest}, not {names.Digest}.", new { digest = names.Digest.ToString(), actual = digest.ToString() });
        }

        var pushed = new PushedManifest(target.Name, digest, document, body, names.Tags, condition, access.NameOf(context));
        if (await pushes.PutAsync(pushed, context.RequestAborted) is { } refusal)
        {
            return refusal;
        }

        Created(context, pushed);
        return null;
    }

    private static void Created(HttpContext context, PushedManifest pushed)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = OciPath.Format(new OciTarget(OciResource.Manifest, pushed.Repository, pushed.Digest.ToString()));
        DigestHeaders.Write(response, pushed.Digest);
        if (context.Request.Query.ContainsKey("tag"))
        {
            response.Headers["OCI-Tag"] = pushed.Tags.Select(tag => tag.ToString()).ToArray();
        }

        if (pushed.Document.Subject is { } subject)
        {
            response.Headers["OCI-Subject"] = subject.Digest.ToString();
        }
    }

    /// <summary>Empty where there is none. Errors: ManifestInvalid.</summary>
    private static Outcome<string> ReadContentType(HttpRequest request)
    {
        if (string.IsNullOrEmpty(request.ContentType))
        {
            return "";
        }

        return MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) && parsed.MediaType is { HasValue: true, Length: <= MediaTypes.MaxLength } mediaType
            ? mediaType.ToString()
            : new RegistryError(ErrorKind.ManifestInvalid, "Content-Type is not a media type.", new { contentType = request.ContentType });
    }
}
