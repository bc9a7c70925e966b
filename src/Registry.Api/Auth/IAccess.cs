using Registry.Storage.Model;

namespace Registry.Api.Auth;

/// <summary>What the caller of a request may see, and who it is. So far the catalog and mounts ask.</summary>
public interface IAccess
{
    bool MayRead(HttpContext context, RepositoryName repository);

    /// <summary>The caller's name, for the tag history.</summary>
    string NameOf(HttpContext context);
}
