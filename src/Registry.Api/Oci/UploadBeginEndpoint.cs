using Registry.Api.Auth;
using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// POST to uploads: begins a session (specification, end-4a), pushes a blob in one go (<c>digest</c>, end-4b), or mounts one
/// (<c>mount</c>, <c>from</c>, end-11).
/// </summary>
internal sealed class UploadBeginEndpoint(UploadSessions sessions, BlobContent blobs, IAccess access)
{
    public Task<RegistryError?> BeginAsync(HttpContext context, OciTarget target)
    {
        var query = context.Request.Query;
        return query.TryGetValue("mount", out var mount) ? MountAsync(context, target, mount.ToString(), query["from"].ToString())
            : query.TryGetValue("digest", out var digest) ? PushWholeAsync(context, target, digest.ToString())
            : BeginSessionAsync(context, target, query["digest-algorithm"].ToString());
    }

    private async Task<RegistryError?> BeginSessionAsync(HttpContext context, OciTarget target, string algorithmName)
    {
        var algorithm = algorithmName.Length == 0 ? DigestAlgorithm.Sha256 : DigestAlgorithm.Find(algorithmName);
        if (algorithm is null)
        {
            return new RegistryError(
                ErrorKind.DigestInvalid,
                $"The digest algorithm must be one of {string.Join(", ", DigestAlgorithm.All.Select(a => a.Name))}.",
                new { algorithm = algorithmName });
        }

        return await AnswerBegunAsync(context, target, algorithm);
    }

    private async Task<RegistryError?> AnswerBegunAsync(HttpContext context, OciTarget target, DigestAlgorithm algorithm)
    {
        if (!(await sessions.BeginAsync(target.Name, algorithm, context.RequestAborted)).Succeeded(out var session, out var refusal))
        {
            return refusal;
        }

        UploadAnswers.Accept(context.Response, target, session);
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
            UploadAnswers.Created(context.Response, target.Name, digest);
            return null;
        }

        // Nothing to mount: the specification wants a session instead, so that the client pushes the bytes.
        return await AnswerBegunAsync(context, target, digest.Algorithm);
    }

    private async Task<RegistryError?> PushWholeAsync(HttpContext context, OciTarget target, string digestText)
    {
        if (!Digest.TryParse(digestText, out var digest))
        {
            return DigestHeaders.Invalid(digestText);
        }

        var error = await sessions.PushAsync(target.Name, digest, UploadRequest.BodyOf(context.Request), context.RequestAborted);
        if (error is null)
        {
            UploadAnswers.Created(context.Response, target.Name, digest);
        }

        return error;
    }
}
