namespace Registry.Conformance.Target;

/// <summary>The Link header (RFC 5988) with which a listing leads to its next page.</summary>
internal static class Links
{
    /// <summary>The address of the next page; null on the last one.</summary>
    public static string? Next(Answer answer)
    {
        if (answer.Header("Link") is not { } link)
        {
            return null;
        }

        var (open, close) = (link.IndexOf('<', StringComparison.Ordinal), link.IndexOf('>', StringComparison.Ordinal));
        if (open < 0 || close < open || !link[close..].Contains("rel=\"next\"", StringComparison.Ordinal))
        {
            throw answer.Unexpected("""Link: <address>; rel="next" """);
        }

        return new Uri(answer.Address, link[(open + 1)..close]).AbsoluteUri;
    }
}
