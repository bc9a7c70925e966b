using Registry.Storage.Model;

namespace Registry.Api.Auth;

/// <summary>What the caller of a request may see. Everything that lists or mounts asks here.</summary>
public interface IAccess
{
    bool MayRead(HttpContext context, RepositoryName repository);

    /// <summary>The caller's name, for the tag history.</summary>
    string NameOf(HttpContext context);
}
