namespace Registry.Api.Tests.Crash;

/// <summary>Tests that run while no other does: they measure, or use the whole machine.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
