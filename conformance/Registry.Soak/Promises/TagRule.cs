namespace Registry.Soak.Promises;

/// <summary>When a tag has to be there.</summary>
/// <param name="Kind">What asking for it is called in the report.</param>
/// <param name="MustBeThere">Asked when the answer about it has come.</param>
/// <param name="History">Why, for the report of a loss.</param>
internal sealed record TagRule(string Kind, Func<bool> MustBeThere, Func<IReadOnlyList<string>> History);
