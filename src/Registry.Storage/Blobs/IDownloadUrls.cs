using Registry.Storage.Model;

namespace Registry.Storage.Blobs;

/// <summary>Addresses at which a client gets an object's bytes from where they are, past the registry.</summary>
public interface IDownloadUrls
{
    /// <summary>
    /// An address for this object, for a while. Whoever has it needs nothing else, so it is in no log. Whether the object is there nobody has looked.
    /// </summary>
    Task<Uri> SignAsync(StorageKey key);
}
