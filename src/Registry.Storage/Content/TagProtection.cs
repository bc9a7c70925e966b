using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Refuses changes that clients ask for and that must not be: of immutable tags, of pinned manifests. Inside a change of the index only.</summary>
public sealed class TagProtection(IImmutableTags immutable, Deadlines deadlines)
{
    private const int MostInMessage = 3;

    /// <summary>Whether a tag may come to point to the digest. An immutable one may be made, and pushed again as it is. Errors: TagImmutable.</summary>
    internal RegistryError? FindRefusalToMove(IndexContext db, long? repositoryId, RepositoryName repository, Tag tag, string digest)
    {
        if (immutable.FindRule(repository, tag) is not { } rule)
        {
            return null;
        }

        var name = tag.ToString();
        var current = db.Tags.Where(t => t.RepositoryId == repositoryId && t.Name == name).Join(db.Manifests, t => t.ManifestId, m => m.Id, (t, m) => m.Digest).FirstOrDefault();
        return current is null || current == digest
            ? null
            : Refuse(rule, $"{repository}:{tag} is immutable by '{rule}' and stays at {current}. Push under another tag.", name);
    }

    /// <summary>Errors: TagImmutable.</summary>
    internal RegistryError? FindRefusalToDelete(RepositoryName repository, Tag tag) =>
        immutable.FindRule(repository, tag) is { } rule
            ? Refuse(rule, $"{repository}:{tag} is immutable by '{rule}' and is not deleted. The retention policy says so; change it first.", tag.ToString())
            : null;

    /// <summary>Deleting a manifest deletes its tags. Errors: TagImmutable, ManifestPinned.</summary>
    internal RegistryError? FindRefusalToDelete(IndexContext db, RepositoryName repository, long manifestId, string digest)
    {
        var now = deadlines.Now;
        var hosts = db.Pins.Where(p => p.Digest == digest && p.ExpiresAt > now).OrderBy(p => p.Host).Select(p => p.Host).Take(MostInMessage + 1).ToList();
        if (hosts.Count > 0)
        {
            var named = string.Join(", ", hosts.Take(MostInMessage)) + (hosts.Count > MostInMessage ? " and others" : "");
            return new RegistryError(ErrorKind.ManifestPinned, $"{digest} is pinned: {named} reported to run it. Stop it there, or forget the host's pins (DELETE /api/v1/pins/<host>).", new { digest, hosts });
        }

        foreach (var tag in db.Tags.Where(t => t.ManifestId == manifestId).Select(t => t.Name).AsEnumerable())
        {
            if (FindRefusalToDelete(repository, Tag.Parse(tag)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static RegistryError Refuse(string rule, string message, string tag) => new(ErrorKind.TagImmutable, message, new { tag, rule });
}
