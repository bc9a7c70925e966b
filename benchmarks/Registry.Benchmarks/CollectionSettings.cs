namespace Registry.Benchmarks;

/// <summary>Whether the seeded blobs have files.</summary>
internal enum Objects
{
    Stored = 0,

    /// <summary>Deletes find nothing and count as done: what is measured is the index.</summary>
    InIndexOnly = 1,
}

/// <param name="Before">How long the clients run before the collection.</param>
/// <param name="Program">Another build of the registry; null for the one that was built with the benchmark.</param>
internal sealed record CollectionSettings(int Images, Objects Objects, TimeSpan Before, string? Program)
{
    /// <summary>Images whose blobs get files unless asked otherwise: four files each.</summary>
    public const int MostObjects = 100_000;
}
