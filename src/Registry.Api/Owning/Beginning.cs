namespace Registry.Api.Owning;

/// <summary>What an owner does first: it brings its index up to date.</summary>
/// <param name="RunAsync">Returns what keeps the registry from starting, for a person; empty if nothing does. What it throws keeps it from starting, too.</param>
/// <param name="Explain">What was thrown, in words.</param>
internal sealed record Beginning(Func<CancellationToken, Task<IReadOnlyList<string>>> RunAsync, Func<Exception, string> Explain);
