namespace Registry.Gc.Retention;

/// <summary>
/// What goes for good once some tags are gone: everything that lives now and would not any more. What is unreachable already
/// is not in it; it goes with or without them.
/// </summary>
/// <param name="ManifestBytes">Of the manifests themselves, which are rows of the index.</param>
/// <param name="BlobBytes">Of the stored objects. A blob that anything else names in any repository is not among them.</param>
/// <param name="Manifests">Ids, ascending.</param>
/// <param name="Blobs">Ids, ascending.</param>
public sealed record FreedBytes(long ManifestBytes, long BlobBytes, IReadOnlyList<long> Manifests, IReadOnlyList<long> Blobs)
{
    public long Total => ManifestBytes + BlobBytes;
}
