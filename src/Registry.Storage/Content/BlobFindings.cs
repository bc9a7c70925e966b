using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>
/// What can be wrong with the bytes of a blob, and how the index says so. A blob with a finding is unknown to everybody, so that clients push it
/// again, and that push gives it new bytes. All of it inside a change of the index.
/// </summary>
internal static class BlobFindings
{
    public const string Missing = "missing";
    public const string Truncated = "truncated";
    public const string TooLong = "too long";
    public const string WrongBytes = "wrong bytes";

    /// <summary>By its length alone; null: nothing is wrong with that.</summary>
    /// <param name="length">Bytes of the stored object; null where there is none.</param>
    public static string? Of(long? length, long size) => length is not { } there ? Missing : there < size ? Truncated : there > size ? TooLong : null;

    /// <summary>Of this object only: a push may have given the digest another one meanwhile, or its last link may have gone.</summary>
    /// <returns>Whether nobody knew.</returns>
    public static bool Mark(IndexContext db, string digest, string storageKey, string finding) =>
        db.Blobs.Where(b => b.Digest == digest && b.StorageKey == storageKey && b.Finding == null).ExecuteUpdate(set => set.SetProperty(b => b.Finding, finding)) > 0;

    /// <summary>The bytes have proved good. False: it has no finding any more, or other bytes.</summary>
    public static bool Clear(IndexContext db, BlobRow blob) =>
        db.Blobs.Where(b => b.Id == blob.Id && b.StorageKey == blob.StorageKey && b.Finding != null).ExecuteUpdate(set => set.SetProperty(b => b.Finding, (string?)null)) > 0;
}
