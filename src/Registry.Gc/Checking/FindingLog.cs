using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>Writes down what a check sees, in the change of the index that does something about it. A piece that is looked at twice says it once.</summary>
internal static class FindingLog
{
    public static void Add(IndexContext db, FindingRow finding) =>
        db.Database.ExecuteSql($"""
            INSERT INTO findings (CheckId, Kind, Repository, Name, Detail, Size, At, Outcome)
            VALUES ({finding.CheckId}, {finding.Kind}, {finding.Repository}, {finding.Name}, {finding.Detail}, {finding.Size}, {finding.At.ToUnixTimeMilliseconds()}, {finding.Outcome})
            ON CONFLICT (CheckId, Kind, Repository, Name) DO UPDATE SET Outcome = excluded.Outcome
            """);

    public static FindingRow OfBlob(CheckRow check, BlobRow blob, string kind, string outcome, DateTimeOffset now) => new()
    {
        CheckId = check.Id,
        Kind = kind,
        Repository = "",
        Name = blob.Digest,
        Detail = $"{Describe(kind)} ({blob.StorageKey})",
        Size = blob.Size,
        At = now,
        Outcome = outcome,
    };

    /// <summary>The blob is unknown from now on, and the check says why. Nothing happens if it has gone, or has other bytes by now.</summary>
    public static bool Mark(IndexContext db, CheckRow check, BlobRow blob, string kind, DateTimeOffset now)
    {
        var marked = BlobFindings.Mark(db, blob.Digest, blob.StorageKey, kind);
        if (marked)
        {
            Add(db, OfBlob(check, blob, kind, FindingOutcomes.Marked, now));
        }

        return marked;
    }

    private static string Describe(string kind) => kind switch
    {
        BlobFindings.Missing => "its stored object is not there",
        BlobFindings.Truncated => "its stored object is too short",
        BlobFindings.TooLong => "its stored object is too long",
        BlobFindings.WrongBytes => "its stored object has other bytes",
        _ => "its stored object cannot be read",
    };
}
