namespace Registry.Storage.Blobs;

/// <summary>A blob store, and what it is by the settings and in the index.</summary>
public sealed record StoreAt(StorageProvider Provider, IBlobStore Store)
{
    public string Name => Provider.ToString();
}
