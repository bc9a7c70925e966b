using System.Buffers;
using Microsoft.Net.Http.Headers;
using Registry.Api.Auth;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>GET, HEAD, PUT and DELETE of a manifest (specification, end-3, end-7, end-9).</summary>
internal sealed class ManifestEndpoints(ManifestContent manifests, ManifestPush pushes, IAccess access)
{
    private const int MaxTags = 100;

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

    public async Task<RegistryError?> PushAsync(HttpContext context, OciTarget target)
    {
        var request = context.Request;
        if (!ReadTags(request, target).Succeeded(out var named, out var error)
            || !TagConditionHeaders.Read(request, named.Tags).Succeeded(out var condition, out error)
            || !ReadContentType(request).Succeeded(out var contentType, out error)
            || !(await ReadBodyAsync(request, context.RequestAborted)).Succeeded(out var body, out error)
            || !ManifestDocument.Parse(body, contentType.Length == 0 ? null : contentType).Succeeded(out var document, out error))
        {
            return error;
        }

        var digest = Digest.Of(named.Digest.IsValid ? named.Digest.Algorithm : DigestAlgorithm.Sha256, body);
        if (named.Digest.IsValid && named.Digest != digest)
        {
            return new RegistryError(ErrorKind.DigestInvalid, $"The manifest that arrived has the digest {digest}, not {named.Digest}.", new { digest = named.Digest.ToString(), actual = digest.ToString() });
        }

        var pushed = new PushedManifest(target.Name, digest, document, body, named.Tags, condition, access.NameOf(context));
        if (await pushes.PutAsync(pushed, context.RequestAborted) is { } refusal)
        {
            return refusal;
        }

        var response = context.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = OciPath.Format(new OciTarget(OciResource.Manifest, target.Name, digest.ToString()));
        DigestHeaders.Write(response, digest);
        if (request.Query.ContainsKey("tag"))
        {
            response.Headers["OCI-Tag"] = named.Tags.Select(tag => tag.ToString()).ToArray();
        }

        if (document.Subject is { } subject)
        {
            response.Headers["OCI-Subject"] = subject.Digest.ToString();
        }

        return null;
    }

    public async Task<RegistryError?> DeleteAsync(HttpContext context, OciTarget target)
    {
        if (!Reference.TryParse(target.Item, out var reference))
        {
            return InvalidReference(target.Item);
        }

        var by = access.NameOf(context);
        var error = reference.IsTag
            ? await manifests.DeleteTagAsync(target.Name, reference.Tag, by, context.RequestAborted)
            : await manifests.DeleteAsync(target.Name, reference.Digest, by, context.RequestAborted);
        if (error is null)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        return error;
    }

    /// <summary>The digest, if the URL has one, and the tags: the URL's own or those of <c>?tag=</c> (end-7b).</summary>
    private static Outcome<Named> ReadTags(HttpRequest request, OciTarget target)
    {
        if (!Reference.TryParse(target.Item, out var reference))
        {
            return InvalidReference(target.Item);
        }

        var more = request.Query["tag"];
        if (reference.IsTag)
        {
            return more.Count > 0
                ? new RegistryError(ErrorKind.TagInvalid, "'?tag=' goes with a push by digest; this push already names a tag in its path.")
                : new Named(default, [reference.Tag]);
        }

        if (more.Count > MaxTags)
        {
            return new RegistryError(ErrorKind.TooManyTags, $"One push sets at most {MaxTags} tags, and this one names {more.Count}. Push the manifest again with the others.");
        }

        var tags = new List<Tag>(more.Count);
        foreach (var text in more)
        {
            if (!Tag.TryParse(text, out var tag))
            {
                return InvalidReference(text ?? "");
            }

            if (!tags.Contains(tag))
            {
                tags.Add(tag);
            }
        }

        return new Named(reference.Digest, tags);
    }

    private static Outcome<string> ReadContentType(HttpRequest request)
    {
        if (string.IsNullOrEmpty(request.ContentType))
        {
            return "";
        }

        return MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) && parsed.MediaType is { HasValue: true, Length: <= 255 } mediaType
            ? mediaType.ToString()
            : new RegistryError(ErrorKind.ManifestInvalid, "Content-Type is not a media type.", new { contentType = request.ContentType });
    }

    private static async Task<Outcome<byte[]>> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > ManifestDocument.MaxBytes)
        {
            return TooLarge();
        }

        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.Length > ManifestDocument.MaxBytes)
            {
                reader.AdvanceTo(result.Buffer.End);
                return TooLarge();
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static RegistryError TooLarge() =>
        new(ErrorKind.ManifestTooLarge, $"A manifest has at most {ManifestDocument.MaxBytes} bytes (4 MiB). Put large content into a blob.");

    private static RegistryError InvalidReference(string text) => text.Contains(':')
        ? DigestHeaders.Invalid(text)
        : new RegistryError(ErrorKind.TagInvalid, $"A tag has 1 to {Tag.MaxLength} characters of A-Z, a-z, 0-9, '_', '.' and '-', and does not begin with '.' or '-'.", new { tag = text });

    private sealed record Named(Digest Digest, IReadOnlyList<Tag> Tags);
}
