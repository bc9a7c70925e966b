using Microsoft.EntityFrameworkCore;
using Registry.Storage.Content;
using Registry.Storage.Index;

namespace Registry.Gc.Checking;

/// <summary>A finding, with what it breaks and what is to be done about it.</summary>
/// <param name="Id">Null for a blob that no check has looked at: a request found it.</param>
/// <param name="Outcome">One of <see cref="FindingOutcomes"/>; a blob that a push has brought again is mended.</param>
/// <param name="Breaks">Tags (repository:tag) that cannot be pulled whole because of it; some of them where they are many.</param>
/// <param name="BreaksMore">Whether there are more.</param>
/// <param name="Advice">What to do; empty where nothing is to be done.</param>
public sealed record Finding(
    long? Id, long? CheckId, string Kind, string Repository, string Name, string Detail, long Size, DateTimeOffset? At, string Outcome, IReadOnlyList<string> Breaks, bool BreaksMore, string Advice);

/// <summary>Reads what checks have seen, as it is now: a blob that was pushed again since is mended.</summary>
public sealed class Findings(IDbContextFactory<IndexContext> contexts)
{
    private const int MostTags = 20;

    /// <summary>What a check has seen, by id.</summary>
    /// <param name="after">Only findings after this one.</param>
    public IReadOnlyList<Finding> OfCheck(long checkId, long after, int count)
    {
        using var db = contexts.CreateDbContext();
        return [.. db.Findings.Where(f => f.CheckId == checkId && f.Id > after).OrderBy(f => f.Id).Take(count).ToList().Select(f => Complete(db, f))];
    }

    /// <summary>How many findings of a check still want something done, and how many there are in all.</summary>
    public (int Open, int All) Count(long checkId)
    {
        using var db = contexts.CreateDbContext();
        var open = db.Findings.Count(f => f.CheckId == checkId && (f.Outcome == FindingOutcomes.Reported
            || f.Outcome == FindingOutcomes.Marked && db.Blobs.Any(b => b.Digest == f.Name && b.Finding != null)));
        return (open, db.Findings.Count(f => f.CheckId == checkId));
    }

    /// <summary>What is wrong now: blobs with a finding, whoever found it, and of the last check that has ended what else it saw.</summary>
    public IReadOnlyList<Finding> Open(int count)
    {
        using var db = contexts.CreateDbContext();
        var last = db.Checks.Where(c => c.EndedAt != null && c.Error == null).OrderByDescending(c => c.Id).Select(c => (long?)c.Id).FirstOrDefault();
        var blobs = db.Blobs.Where(b => b.Finding != null).OrderBy(b => b.Id).Take(count).ToList();
        var others = db.Findings.Where(f => f.CheckId == last && f.Outcome == FindingOutcomes.Reported).OrderBy(f => f.Id).Take(count - blobs.Count).ToList();
        return [.. blobs.Select(b => OfBlob(db, b)), .. others.Select(f => Complete(db, f))];
    }

    private static Finding OfBlob(IndexContext db, BlobRow blob)
    {
        var kind = blob.Finding!;
        var seen = db.Findings.Where(f => f.Name == blob.Digest && f.Kind == kind && f.Repository == "").OrderByDescending(f => f.Id).FirstOrDefault();
        var tags = BrokenTags.OfBlob(db, blob.Id, MostTags + 1);
        return Finding(seen, kind, blob.Digest, seen?.Detail ?? $"its stored object is wrong ({blob.StorageKey})", blob.Size, FindingOutcomes.Marked, tags, FindingAdvice.OfBlob(blob.Digest, tags));
    }

    private static Finding Complete(IndexContext db, FindingRow row)
    {
        var tags = row.Kind switch
        {
            FindingKinds.Manifest => BrokenTags.OfManifest(db, row.Repository, row.Name, MostTags + 1),
            FindingKinds.Edge => BrokenTags.OfManifest(db, row.Repository, row.Detail.Split(' ')[0], MostTags + 1),
            FindingKinds.Index or FindingKinds.Unnamed or FindingKinds.Absent => [],
            _ => db.Blobs.Where(b => b.Digest == row.Name).Select(b => (long?)b.Id).FirstOrDefault() is { } blob ? BrokenTags.OfBlob(db, blob, MostTags + 1) : [],
        };
        var isHealed = row.Outcome == FindingOutcomes.Marked && !db.Blobs.Any(b => b.Digest == row.Name && b.Finding != null);
        var outcome = isHealed ? FindingOutcomes.Mended : row.Outcome;
        return Finding(row, row.Kind, row.Name, row.Detail, row.Size, outcome, outcome == FindingOutcomes.Mended ? [] : tags, FindingAdvice.Of(row, outcome, tags));
    }

    private static Finding Finding(FindingRow? row, string kind, string name, string detail, long size, string outcome, IReadOnlyList<string> tags, string advice) =>
        new(row?.Id, row?.CheckId, kind, row?.Repository ?? "", name, detail, size, row?.At, outcome, [.. tags.Take(MostTags)], tags.Count > MostTags, advice);
}
