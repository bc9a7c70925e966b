using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>Which tags may not be moved or deleted; the retention policy says so.</summary>
public interface IImmutableTags
{
    /// <summary>The name of the rule that makes the tag immutable; null if it may be moved and deleted. Fast: asked inside changes of the index.</summary>
    string? FindRule(RepositoryName repository, Tag tag);
}
