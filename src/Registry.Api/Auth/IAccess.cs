using Registry.Storage.Model;

namespace Registry.Api.Auth;

/// <summary>
/// Who the caller of a request is, for the tag history, and what it may read: so far only the catalog and mounts ask that, and no
/// other route refuses anybody.
/// </summary>
public interface IAccess
{
    bool MayRead(HttpContext context, RepositoryName repository);

    /// <summary>The caller's name, for the tag history.</summary>
    string NameOf(HttpContext context);
}
