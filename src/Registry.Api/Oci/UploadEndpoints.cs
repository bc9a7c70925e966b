using Registry.Api.Auth;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>Pushing blobs (specification, end-4, end-5, end-6, end-11, end-13, end-14).</summary>
internal sealed class UploadEndpoints(UploadSessions sessions, BlobContent blobs, IAccess access)
{
    /// <summary>POST: begin a session, push in one go (<c>digest</c>), or mount (<c>mount</c>, <c>from</c>).</summary>
    public async Task<RegistryError?> BeginAsync(HttpContext context, OciTarget target)
    {
        var query = context.Request.Query;
        if (query.TryGetValue("mount", out var mount))
        {
            return await MountAsync(context, target, mount.ToString(), query["from"].ToString());
        }

        if (query.TryGetValue("digest", out var digestText))
        {
            return await PushWholeAsync(context, target, digestText.ToString());
        }

        var algorithmName = query["digest-algorithm"].ToString();
        var algorithm = algorithmName.Length == 0 ? DigestAlgorithm.Sha256 : DigestAlgorithm.Find(algorithmName);
        if (algorithm is null)
        {
            return new RegistryError(
                ErrorKind.DigestInvalid,
                $"The digest algorithm must be one of {string.Join(", ", DigestAlgorithm.All.Select(a => a.Name))}.",
                new { algorithm = algorithmName });
        }

        Accept(context, target, await sessions.BeginAsync(target.Name, algorithm, context.RequestAborted));
        return null;
    }

    public Task<RegistryError?> StatusAsync(HttpContext context, OciTarget target)
    {
        if (!ParseId(target).Succeeded(out var id, out var error) || !sessions.Find(target.Name, id).Succeeded(out var session, out error))
        {
            return Task.FromResult<RegistryError?>(InTermsOfTheUrl(context, target, error));
        }

        WriteSession(context.Response, target, session);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.FromResult<RegistryError?>(null);
    }

    public async Task<RegistryError?> AppendAsync(HttpContext context, OciTarget target)
    {
        if (!ParseId(target).Succeeded(out var id, out var error) || !ContentRangeHeader.TryRead(context.Request, out var range, out error))
        {
            return error;
        }

        var outcome = await sessions.AppendAsync(target.Name, id, range, context.Request.BodyReader, context.RequestAborted);
        if (!outcome.Succeeded(out var session, out error))
        {
            return InTermsOfTheUrl(context, target, error);
        }

        Accept(context, target, session);
        return null;
    }

    public async Task<RegistryError?> SealAsync(HttpContext context, OciTarget target)
    {
        if (!ParseId(target).Succeeded(out var id, out var error) || !ContentRangeHeader.TryRead(context.Request, out var range, out error))
        {
            return error;
        }

        var text = context.Request.Query["digest"].ToString();
        if (!Digest.TryParse(text, out var digest))
        {
            return DigestHeaders.Invalid(text);
        }

        var outcome = await sessions.SealAsync(target.Name, id, range, digest, context.Request.BodyReader, context.RequestAborted);
        if (!outcome.Succeeded(out _, out error))
        {
            return InTermsOfTheUrl(context, target, error);
        }

        Created(context, target.Name, digest);
        return null;
    }

    public async Task<RegistryError?> CancelAsync(HttpContext context, OciTarget target)
    {
        if (!ParseId(target).Succeeded(out var id, out var error)
            || !(await sessions.CancelAsync(target.Name, id, context.RequestAborted)).Succeeded(out _, out error))
        {
            return InTermsOfTheUrl(context, target, error);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    private async Task<RegistryError?> MountAsync(HttpContext context, OciTarget target, string digestText, string fromText)
    {
        if (!Digest.TryParse(digestText, out var digest))
        {
            return DigestHeaders.Invalid(digestText);
        }

        RepositoryName? from = null;
        if (fromText.Length > 0)
        {
            if (!RepositoryName.TryParse(fromText, out var source))
            {
                return new RegistryError(ErrorKind.NameInvalid, "'from' is not the name of a repository.", new { from = fromText });
            }

            from = source;
        }

        if (await blobs.MountAsync(target.Name, digest, from, name => access.MayRead(context, name), context.RequestAborted))
        {
            Created(context, target.Name, digest);
        }
        else
        {
            // Nothing to mount: the specification wants a session instead, so that the client pushes the bytes.
            Accept(context, target, await sessions.BeginAsync(target.Name, digest.Algorithm, context.RequestAborted));
        }

        return null;
    }

    private async Task<RegistryError?> PushWholeAsync(HttpContext context, OciTarget target, string digestText)
    {
        if (!Digest.TryParse(digestText, out var digest))
        {
            return DigestHeaders.Invalid(digestText);
        }

        if (!(await sessions.PushAsync(target.Name, digest, context.Request.BodyReader, context.RequestAborted)).Succeeded(out _, out var error))
        {
            return error;
        }

        Created(context, target.Name, digest);
        return null;
    }

    /// <summary>Says where a session is, and names it, as the client knows it: by its URL.</summary>
    private static RegistryError InTermsOfTheUrl(HttpContext context, OciTarget target, RegistryError error)
    {
        if (error.Detail is OutOfOrder at)
        {
            WriteSession(context.Response, target, new UploadSession(at.SessionId, at.Received));
        }

        return error.Kind == ErrorKind.UploadUnknown ? UnknownSession(target) : error;
    }

    private static void Accept(HttpContext context, OciTarget target, UploadSession session)
    {
        WriteSession(context.Response, target, session);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static void WriteSession(HttpResponse response, OciTarget target, UploadSession session)
    {
        var id = session.Id.ToString("N");
        response.Headers.Location = OciPath.Format(new OciTarget(OciResource.Upload, target.Name, id));
        // The last byte that is there; an empty session says 0-0 too, as every registry does.
        response.Headers.Range = $"0-{Math.Max(0, session.Received - 1)}";
        response.Headers["Docker-Upload-UUID"] = id;
    }

    private static void Created(HttpContext context, RepositoryName name, Digest digest)
    {
        context.Response.Headers.Location = OciPath.Format(new OciTarget(OciResource.Blob, name, digest.ToString()));
        context.Response.Headers[DigestHeaders.DockerContentDigest] = digest.ToString();
        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    private static Outcome<Guid> ParseId(OciTarget target) =>
        Guid.TryParseExact(target.Item, "N", out var id)
            ? id
            : UnknownSession(target);

    private static RegistryError UnknownSession(OciTarget target) => new(
        ErrorKind.UploadUnknown,
        $"There is no upload session {Echo.Of(target.Item)}: it was finished, cancelled or has expired, or this is not the Location that the registry answered. Start a new one.");
}
