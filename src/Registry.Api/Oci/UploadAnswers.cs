using Registry.Storage.Content;
using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>What answers say of upload sessions, and of the blobs that they become.</summary>
internal static class UploadAnswers
{
    /// <summary>202: the session is there and goes on.</summary>
    public static void Accept(HttpResponse response, OciTarget target, UploadSession session)
    {
        WriteSession(response, target, session);
        response.StatusCode = StatusCodes.Status202Accepted;
    }

    public static void WriteSession(HttpResponse response, OciTarget target, UploadSession session)
    {
        var id = session.Id.ToString();
        response.Headers.Location = OciPath.Format(new OciTarget(OciResource.Upload, target.Name, id));
        // The last byte that is there; an empty session says 0-0 too, as every registry does.
        response.Headers.Range = $"0-{Math.Max(0, session.Received - 1)}";
        response.Headers["Docker-Upload-UUID"] = id;
    }

    /// <summary>201: the repository has the blob.</summary>
    public static void Created(HttpResponse response, RepositoryName name, Digest digest)
    {
        response.Headers.Location = OciPath.Format(new OciTarget(OciResource.Blob, name, digest.ToString()));
        response.Headers[DigestHeaders.DockerContentDigest] = digest.ToString();
        response.StatusCode = StatusCodes.Status201Created;
    }

    /// <summary>A refusal by the session that the URL names: says where the session stands, if it does, and names it as the URL does.</summary>
    public static RegistryError Refuse(HttpResponse response, OciTarget target, SessionId id, RegistryError error)
    {
        if (error.Detail is OutOfOrder at)
        {
            WriteSession(response, target, new UploadSession(id, at.Received));
            return error with { Detail = new { sessionId = id.ToString(), received = at.Received } };
        }

        return error.Kind == ErrorKind.UploadUnknown ? Unknown(target) : error;
    }

    public static RegistryError Unknown(OciTarget target) => new(
        ErrorKind.UploadUnknown,
        $"There is no upload session {Echo.Of(target.Item)}: it was finished, cancelled or has expired, or this is not the Location that the registry answered. Start a new one.");
}
