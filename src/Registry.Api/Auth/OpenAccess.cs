using Registry.Storage.Model;

namespace Registry.Api.Auth;

/// <summary>Nobody has to say who they are, and everybody may do everything.</summary>
internal sealed class OpenAccess : IAccess
{
    public bool MayRead(HttpContext context, RepositoryName repository) => true;

    public string NameOf(HttpContext context) => "anonymous";
}
