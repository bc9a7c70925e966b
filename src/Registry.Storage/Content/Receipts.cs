using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Writes receipts, in the transaction of the removal and before it, while the names are there to be read.</summary>
internal static class Receipts
{
    /// <summary>Who removes what nobody asked to have removed: the registry itself.</summary>
    public const string Registry = "registry";

    public static void OfTag(IndexContext db, TagRow tag, string reason, long runId, DateTimeOffset now)
    {
        var digest = db.Manifests.Where(m => m.Id == tag.ManifestId).Select(m => m.Digest).First();
        db.Receipts.Add(new ReceiptRow
        {
            At = now, Kind = "tag", Repository = Repositories.NameOf(db, tag.RepositoryId), Name = tag.Name, Digest = digest, FreedBytes = 0, Reason = reason, By = Registry, RunId = runId,
        });
        db.SaveChanges();
    }

    /// <summary>Tags that a plan lists, by their ids as a <see cref="SqlSet"/>.</summary>
    public static void OfPlannedTags(IndexContext db, long planId, string tagIds, string by, long? runId, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {now.ToUnixTimeMilliseconds()}, 'tag', Repository, Tag, Digest, 0, Reason || ' (plan ' || PlanId || ')', {by}, {runId}
            FROM planned_tags WHERE PlanId = {planId} AND TagId IN (SELECT value FROM json_each({tagIds}))
            """);

    public static void OfManifests(IndexContext db, IEnumerable<long> manifestIds, string reason, long runId, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {now.ToUnixTimeMilliseconds()}, 'manifest', r.Name, m.Digest, m.Digest, 0, {reason}, {Registry}, {runId}
            FROM manifests m JOIN repositories r ON r.Id = m.RepositoryId WHERE m.Id IN (SELECT value FROM json_each({SqlSet.Of(manifestIds)}))
            """);

    public static void OfLinks(IndexContext db, IEnumerable<(long RepositoryId, long BlobId)> links, string reason, long runId, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {now.ToUnixTimeMilliseconds()}, 'link', r.Name, b.Digest, b.Digest, 0, {reason}, {Registry}, {runId}
            FROM json_each({SqlSet.Of(links)}) pair JOIN repositories r ON r.Id = pair.value ->> 0 JOIN blobs b ON b.Id = pair.value ->> 1
            """);

    public static void OfRepositories(IndexContext db, IEnumerable<long> repositoryIds, string reason, long runId, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, FreedBytes, Reason, "By", RunId)
            SELECT {now.ToUnixTimeMilliseconds()}, 'repository', r.Name, r.Name, 0, {reason}, {Registry}, {runId}
            FROM repositories r WHERE r.Id IN (SELECT value FROM json_each({SqlSet.Of(repositoryIds)}))
            """);

    /// <summary>Objects that are gone, by their condemned rows: each belongs to the run that condemned it, whoever deleted it.</summary>
    public static void OfObjects(IndexContext db, IEnumerable<long> condemnedIds, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {now.ToUnixTimeMilliseconds()}, 'object', StorageKey, Digest, Size, Reason, {Registry}, RunId
            FROM condemned WHERE Id IN (SELECT value FROM json_each({SqlSet.Of(condemnedIds)}))
            """);
}
