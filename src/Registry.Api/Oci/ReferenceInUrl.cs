using Registry.Storage.Model;

namespace Registry.Api.Oci;

/// <summary>A tag or a digest as a client writes it, and what to say when it is neither.</summary>
internal static class ReferenceInUrl
{
    /// <summary>Errors: DigestInvalid, TagInvalid.</summary>
    public static Outcome<Reference> Parse(string text) => Reference.TryParse(text, out var reference) ? reference : Invalid(text);

    public static RegistryError Invalid(string text) => text.Contains(':')
        ? DigestHeaders.Invalid(text)
        : new RegistryError(ErrorKind.TagInvalid, $"A tag has 1 to {Tag.MaxLength} characters of A-Z, a-z, 0-9, '_', '.' and '-', and does not begin with '.' or '-'.", new { tag = text });
}
