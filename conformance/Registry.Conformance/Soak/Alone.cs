namespace Registry.Conformance.Soak;

/// <summary>Tests that run while no other does: their clients must not be late because of somebody else's work.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
