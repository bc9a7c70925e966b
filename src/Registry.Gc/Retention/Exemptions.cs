using Registry.Storage.Model;

namespace Registry.Gc.Retention;

/// <summary>What no rule removes in one repository, whatever it covers: signatures, immutable and protected tags, pinned digests.</summary>
internal sealed class Exemptions(RetentionPolicy policy, RepositoryName repository)
{
    private readonly List<NamedPatterns> immutable = [.. policy.Immutable.Where(p => p.CoverRepository(repository))];
    private readonly List<NamedPatterns> @protected = [.. policy.Protected.Where(p => p.CoverRepository(repository))];

    public bool Hold(TagFacts tag) => ReasonsFor(tag).Any();

    /// <summary>All that apply, the strongest first.</summary>
    public IEnumerable<Reason> ReasonsFor(TagFacts tag)
    {
        if (SignatureTags.Is(tag.Name.ToString()))
        {
            // Nothing in a policy is about it, a pattern that happens to match it included.
            yield return new Reason(ReasonKind.Signature, null, "a signature: stays as long as the manifest that it is about");
            yield break;
        }

        foreach (var patterns in immutable.Where(p => p.CoverTag(tag.Name)))
        {
            yield return new Reason(ReasonKind.Immutable, patterns.Name, $"immutable by '{patterns.Name}'");
        }

        foreach (var patterns in @protected.Where(p => p.CoverTag(tag.Name)))
        {
            yield return new Reason(ReasonKind.Protected, patterns.Name, $"protected by '{patterns.Name}'");
        }

        if (tag.IsPinned)
        {
            yield return new Reason(ReasonKind.Pinned, null, "pinned");
        }
    }
}
