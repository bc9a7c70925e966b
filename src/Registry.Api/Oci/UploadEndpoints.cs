using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>What is done with an upload session once it has begun (specification, end-5, end-6, end-13, end-14).</summary>
internal sealed class UploadEndpoints(UploadSessions sessions)
{
    public Task<RegistryError?> StatusAsync(HttpContext context, OciTarget target)
    {
        if (!ParseId(target).Succeeded(out var id, out var error))
        {
            return Task.FromResult<RegistryError?>(error);
        }

        if (!sessions.Find(target.Name, id).Succeeded(out var session, out error))
        {
            return Task.FromResult<RegistryError?>(UploadAnswers.Refuse(context.Response, target, id, error));
        }

        UploadAnswers.WriteSession(context.Response, target, session);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.FromResult<RegistryError?>(null);
    }

    public async Task<RegistryError?> AppendAsync(HttpContext context, OciTarget target)
    {
        if (!ParseId(target).Succeeded(out var id, out var error) || !ContentRangeHeader.TryRead(context.Request, out var range, out error))
        {
            return error;
        }

        var outcome = await sessions.AppendAsync(target.Name, id, range, UploadRequest.BodyOf(context.Request), context.RequestAborted);
        if (!outcome.Succeeded(out var session, out error))
        {
            return UploadAnswers.Refuse(context.Response, target, id, error);
        }

        UploadAnswers.Accept(context.Response, target, session);
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

        if (await sessions.SealAsync(target.Name, id, range, digest, UploadRequest.BodyOf(context.Request), context.RequestAborted) is { } refusal)
        {
            return UploadAnswers.Refuse(context.Response, target, id, refusal);
        }

        UploadAnswers.Created(context.Response, target.Name, digest);
        return null;
    }

    public async Task<RegistryError?> CancelAsync(HttpContext context, OciTarget target)
    {
        if (!ParseId(target).Succeeded(out var id, out var error))
        {
            return error;
        }

        if (await sessions.CancelAsync(target.Name, id, context.RequestAborted) is { } refusal)
        {
            return UploadAnswers.Refuse(context.Response, target, id, refusal);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    private static Outcome<SessionId> ParseId(OciTarget target) =>
        SessionId.TryParse(target.Item, out var id) ? id : UploadAnswers.Unknown(target);
}
