using Registry.Api.Auth;
using Registry.Storage.Blobs;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>GET, HEAD and DELETE of a blob (specification, end-2 and end-10), with ranges (RFC 9110, section 14).</summary>
internal sealed class BlobEndpoints(BlobContent blobs, IAccess access)
{
    public async Task<RegistryError?> PullAsync(HttpContext context, OciTarget target)
    {
        if (!ParseDigest(target).Succeeded(out var digest, out var error)
            || !(await blobs.FindAsync(target.Name, digest, context.RequestAborted)).Succeeded(out var blob, out error))
        {
            return error;
        }

        var response = context.Response;
        DigestHeaders.Write(response, digest);
        response.Headers.AcceptRanges = "bytes";
        if (DigestHeaders.IsNotModified(context.Request, digest))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return null;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            response.ContentType = MediaTypes.OctetStream;
            response.ContentLength = blob.Size;
            return null;
        }

        return await SendAsync(context, blob);
    }

    public async Task<RegistryError?> DeleteAsync(HttpContext context, OciTarget target)
    {
        if (!ParseDigest(target).Succeeded(out var digest, out var error))
        {
            return error;
        }

        error = await blobs.DeleteAsync(target.Name, digest, access.NameOf(context), context.RequestAborted);
        if (error is null)
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        return error;
    }

    private async Task<RegistryError?> SendAsync(HttpContext context, FoundBlob blob)
    {
        var response = context.Response;
        var range = ByteRange.Read(context.Request, blob.Digest, blob.Size);
        if (range.IsUnsatisfiable)
        {
            response.Headers.ContentRange = $"bytes */{blob.Size}";
            return new RegistryError(ErrorKind.RangeNotSatisfiable, $"The blob has {blob.Size} bytes; what Range asks for is no part of them.");
        }

        if (!(await blobs.OpenAsync(blob, new BlobRange(range.Offset, range.Count), context.RequestAborted)).Succeeded(out var reader, out var error))
        {
            return error;
        }

        await using (reader)
        {
            response.ContentType = MediaTypes.OctetStream;
            response.ContentLength = range.Count;
            if (range.IsPartial)
            {
                response.StatusCode = StatusCodes.Status206PartialContent;
                response.Headers.ContentRange = $"bytes {range.Offset}-{range.Offset + range.Count - 1}/{blob.Size}";
            }

            await BlobContent.SendAsync(reader, response.BodyWriter, range.Count, context.RequestAborted);
            return null;
        }
    }

    private static Outcome<Digest> ParseDigest(OciTarget target) =>
        Digest.TryParse(target.Item, out var digest) ? digest : DigestHeaders.Invalid(target.Item);
}
