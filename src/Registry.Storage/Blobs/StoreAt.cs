namespace Registry.Storage.Blobs;

/// <summary>A blob store by the name that settings and the index have for it: <c>FileSystem</c> or <c>S3</c>.</summary>
public sealed record StoreAt(string Name, IBlobStore Store)
{
    public const string FileSystem = "FileSystem";
    public const string S3 = "S3";
}
