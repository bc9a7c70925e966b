namespace Registry.Api.Oci;

/// <summary>What a client sent, said back to it: only so much that it knows its own words again.</summary>
internal static class Echo
{
    public const int MaxLength = 256;

    public static string Of(string text)
    {
        if (text.Length <= MaxLength)
        {
            return text;
        }

        // Half of a surrogate pair is no text.
        var end = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return $"{text.AsSpan(0, end)}…";
    }
}
