namespace Registry.Gc.Retention;

public enum PolicyMode
{
    /// <summary>Plans are made and kept, nothing is removed.</summary>
    Shadow,

    /// <summary>Scheduled runs remove what their plan lists.</summary>
    Apply,
}

internal static class PolicyModes
{
    /// <summary>By the word in the document.</summary>
    public static IReadOnlyDictionary<string, PolicyMode> All { get; } = new Dictionary<string, PolicyMode>(StringComparer.Ordinal)
    {
        ["shadow"] = PolicyMode.Shadow,
        ["apply"] = PolicyMode.Apply,
    };
}
