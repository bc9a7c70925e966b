namespace Registry.Storage.Model;

/// <summary>A tag or a digest, as it stands in a URL. Exactly one of the two is valid; <c>default</c> has neither.</summary>
public readonly record struct Reference
{
    private Reference(Tag tag, Digest digest)
    {
        Tag = tag;
        Digest = digest;
    }

    public Tag Tag { get; }

    public Digest Digest { get; }

    public bool IsTag => Tag.IsValid;

    public static Reference To(Tag tag) => new(tag, default);

    public static Reference To(Digest digest) => new(default, digest);

    /// <summary>A colon cannot stand in a tag, so one decides which of the two was meant.</summary>
    public static bool TryParse(string value, out Reference reference)
    {
        reference = default;
        if (value.Contains(':'))
        {
            if (!Digest.TryParse(value, out var digest))
            {
                return false;
            }

            reference = To(digest);
            return true;
        }

        if (!Tag.TryParse(value, out var tag))
        {
            return false;
        }

        reference = To(tag);
        return true;
    }

    public override string ToString() => Digest.IsValid ? Digest.ToString() : IsTag ? Tag.ToString() : "(no reference)";
}
