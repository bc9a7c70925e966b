namespace Registry.Gc.Retention;

/// <summary>When a rule lets go of what it covers and does not keep.</summary>
internal enum RuleWhen
{
    /// <summary>At each run.</summary>
    Always,

    /// <summary>Only while the registry is over its budget's high mark, and then only what it takes to come down to the low one.</summary>
    OverBudget,
}

internal static class RuleWhens
{
    /// <summary>By the word in the document.</summary>
    public static IReadOnlyDictionary<string, RuleWhen> All { get; } = new Dictionary<string, RuleWhen>(StringComparer.Ordinal)
    {
        ["always"] = RuleWhen.Always,
        ["overBudget"] = RuleWhen.OverBudget,
    };

    /// <summary>For messages.</summary>
    public static string Names { get; } = string.Join(" or ", All.Keys.Select(name => $"\"{name}\""));
}
