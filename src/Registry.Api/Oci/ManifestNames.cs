using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>
/// As what a manifest is pushed: its digest, if the URL has one (else it is not valid), and its tags, the URL's own or those of
/// <c>?tag=</c> (specification, end-7b).
/// </summary>
internal sealed record ManifestNames(Digest Digest, IReadOnlyList<Tag> Tags)
{
    private const int MaxTags = 100;

    /// <summary>Errors: DigestInvalid, TagInvalid, TooManyTags.</summary>
    public static Outcome<ManifestNames> Read(HttpRequest request, OciTarget target)
    {
        if (!ReferenceInUrl.Parse(target.Item).Succeeded(out var reference, out var error))
        {
            return error;
        }

        var more = request.Query["tag"];
        if (reference.IsTag)
        {
            return more.Count > 0
                ? new RegistryError(ErrorKind.TagInvalid, "'?tag=' goes with a push by digest; this push already names a tag in its path.")
                : new ManifestNames(default, [reference.Tag]);
        }

        if (more.Count > MaxTags)
        {
            return new RegistryError(ErrorKind.TooManyTags, $"One push sets at most {MaxTags} tags, and this one names {more.Count}. Push the manifest again with the others.");
        }

        var tags = new List<Tag>(more.Count);
        foreach (var text in more)
        {
            if (!Tag.TryParse(text, out var tag))
            {
                return ReferenceInUrl.Invalid(text ?? "");
            }

            if (!tags.Contains(tag))
            {
                tags.Add(tag);
            }
        }

        return new ManifestNames(reference.Digest, tags);
    }
}
