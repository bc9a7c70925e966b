namespace Registry.Soak.Promises;

/// <summary>A promise that did not hold.</summary>
/// <param name="Kind">What was asked for in vain.</param>
/// <param name="About">The content, or the reference, that was asked for: one loss may break many promises.</param>
/// <param name="What">The request, its answer, and until when the promise was.</param>
/// <param name="History">What was asked and answered about the same content before, oldest first.</param>
internal sealed record BrokenPromise(string Kind, string About, string What, IReadOnlyList<string> History);
