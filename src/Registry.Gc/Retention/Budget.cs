namespace Registry.Gc.Retention;

/// <summary>How large the registry may be: the bytes of the blobs that its live manifests name, each once, in however many repositories.</summary>
/// <param name="Bytes">From 1 to 2^60.</param>
/// <param name="HighBytes">In bytes: with more than that it is over its budget. At most <paramref name="Bytes"/>.</param>
/// <param name="LowBytes">In bytes: to that it then comes down. At most <paramref name="HighBytes"/>; equal only where rounding makes it so.</param>
public sealed record Budget(long Bytes, long HighBytes, long LowBytes)
{
    internal static Budget From(BudgetDraft draft)
    {
        var bytes = PolicySize.Parse(draft.Bytes!);
        return new Budget(bytes, PartOf(bytes, draft.High!), PartOf(bytes, draft.Low!));
    }

    /// <summary>In whole bytes, rounded down.</summary>
    private static long PartOf(long bytes, string percent) => (long)(bytes * PolicyPercent.Parse(percent) / 100);
}
