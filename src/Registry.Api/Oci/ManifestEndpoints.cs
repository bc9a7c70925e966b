using Registry.Api.Auth;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>GET, HEAD and DELETE of a manifest (specification, end-3, end-9). PUT is <see cref="ManifestPushEndpoint"/>.</summary>
internal sealed class ManifestEndpoints(ManifestContent manifests, ManifestRemoval removal, IAccess access)
{
    public async Task<RegistryError?> PullAsync(HttpContext context, OciTarget target)
    {
        if (!Reference.TryParse(target.Item, out var reference))
        {
            // No tag can have this name, so there is none; a mistake in a digest is worth saying.
            return target.Item.Contains(':') ? DigestHeaders.Invalid(target.Item) : new RegistryError(ErrorKind.ManifestUnknown, $"{target.Name} has no such tag.", new { reference = target.Item });
        }

        if (!(await manifests.PullAsync(target.Name, reference, context.RequestAborted)).Succeeded(out var manifest, out var error))
        {
            return error;
        }

        var response = context.Response;
        DigestHeaders.Write(response, manifest.Digest);
        if (DigestHeaders.IsNotModified(context.Request, manifest.Digest))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        response.ContentType = manifest.MediaType;
        response.ContentLength = manifest.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(manifest.Body, context.RequestAborted);
        }

        return null;
    }

    public async Task<RegistryError?> DeleteAsync(HttpContext context, OciTarget target)
    {
        if (!ReferenceInUrl.Parse(target.Item).Succeeded(out var reference, out var error))
        {
            return error;
        }

        var by = access.NameOf(context);
        error = reference.IsTag
            ? await removal.DeleteTagAsync(target.Name, reference.Tag, by, context.RequestAborted)
            : await removal.DeleteAsync(target.Name, reference.Digest, by, context.RequestAborted);
        if (error is null)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        return error;
    }
}
