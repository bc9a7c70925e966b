using Registry.Storage.Blobs;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Whether something failed since there is no space left, for stored objects or for the index.</summary>
public static class StorageFull
{
    public static bool Is(Exception? e) => e is not null && (DiskFull.Is(e) || IndexFailure.IsFull(e) || Is(e.InnerException));
}
