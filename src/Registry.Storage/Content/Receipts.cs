using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Why and by whom something is removed, for its receipt.</summary>
/// <param name="By">Who asked for it; <see cref="Receipts.Registry"/> where nobody did.</param>
/// <param name="RunId">The run that does it; null for a client or an admin.</param>
internal readonly record struct Removal(string Reason, string By, long? RunId, DateTimeOffset At)
{
    public long AtMilliseconds => At.ToUnixTimeMilliseconds();
}

/// <summary>Writes receipts, in the transaction of the removal and before it, while the names are there to be read.</summary>
internal static class Receipts
{
    /// <summary>Who removes what nobody asked to have removed: the registry itself.</summary>
    public const string Registry = "registry";

    /// <summary>The reason of what a client asked for.</summary>
    public const string ByClient = "deleted by a client";

    public const string Deleted = "deleted";
    public const string Failed = "failed";

    public static void OfTag(IndexContext db, long tagId, Removal removal) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {removal.AtMilliseconds}, 'tag', r.Name, t.Name, m.Digest, 0, {removal.Reason}, {removal.By}, {removal.RunId}
            FROM tags t JOIN repositories r ON r.Id = t.RepositoryId JOIN manifests m ON m.Id = t.ManifestId WHERE t.Id = {tagId}
            """);

    /// <summary>All tags of a manifest.</summary>
    public static void OfTagsOf(IndexContext db, long manifestId, Removal removal) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {removal.AtMilliseconds}, 'tag', r.Name, t.Name, m.Digest, 0, {removal.Reason}, {removal.By}, {removal.RunId}
            FROM tags t JOIN repositories r ON r.Id = t.RepositoryId JOIN manifests m ON m.Id = t.ManifestId WHERE t.ManifestId = {manifestId}
            """);

    /// <summary>Tags that a plan lists, by their ids as a <see cref="SqlSet"/>; the reason of each is the plan's.</summary>
    public static void OfPlannedTags(IndexContext db, long planId, string tagIds, string by, long? runId, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, Rule, PlanId, "By", RunId)
            SELECT {now.ToUnixTimeMilliseconds()}, 'tag', Repository, Tag, Digest, 0, Reason, Rule, PlanId, {by}, {runId}
            FROM planned_tags WHERE PlanId = {planId} AND TagId IN (SELECT value FROM json_each({tagIds}))
            """);

    public static void OfManifests(IndexContext db, IEnumerable<long> manifestIds, Removal removal) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {removal.AtMilliseconds}, 'manifest', r.Name, m.Digest, m.Digest, 0, {removal.Reason}, {removal.By}, {removal.RunId}
            FROM manifests m JOIN repositories r ON r.Id = m.RepositoryId WHERE m.Id IN (SELECT value FROM json_each({SqlSet.Of(manifestIds)}))
            """);

    public static void OfLinks(IndexContext db, IEnumerable<(long RepositoryId, long BlobId)> links, Removal removal) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, Digest, FreedBytes, Reason, "By", RunId)
            SELECT {removal.AtMilliseconds}, 'link', r.Name, b.Digest, b.Digest, 0, {removal.Reason}, {removal.By}, {removal.RunId}
            FROM json_each({SqlSet.Of(links)}) pair JOIN repositories r ON r.Id = pair.value ->> 0 JOIN blobs b ON b.Id = pair.value ->> 1
            """);

    public static void OfRepositories(IndexContext db, IEnumerable<long> repositoryIds, Removal removal) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Repository, Name, FreedBytes, Reason, "By", RunId)
            SELECT {removal.AtMilliseconds}, 'repository', r.Name, r.Name, 0, {removal.Reason}, {removal.By}, {removal.RunId}
            FROM repositories r WHERE r.Id IN (SELECT value FROM json_each({SqlSet.Of(repositoryIds)}))
            """);

    /// <summary>Objects that are gone, by their condemned rows: each belongs to the run that condemned it, whoever deleted it.</summary>
    public static void OfObjects(IndexContext db, IEnumerable<long> condemnedIds, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Name, Digest, FreedBytes, Reason, "By", RunId, Result)
            SELECT {now.ToUnixTimeMilliseconds()}, 'object', StorageKey, Digest, Size, Reason, {Registry}, RunId, {Deleted}
            FROM condemned WHERE Id IN (SELECT value FROM json_each({SqlSet.Of(condemnedIds)}))
            """);

    /// <summary>Objects whose delete has failed for the first time, by their condemned rows. They free nothing, and are tried again.</summary>
    public static void OfFailures(IndexContext db, string condemnedIds, DateTimeOffset now) =>
        db.Database.ExecuteSql($"""
            INSERT INTO receipts (At, Kind, Name, Digest, FreedBytes, Reason, "By", RunId, Result)
            SELECT {now.ToUnixTimeMilliseconds()}, 'object', StorageKey, Digest, 0, Reason, {Registry}, RunId, {Failed}
            FROM condemned WHERE Id IN (SELECT value FROM json_each({condemnedIds})) AND Failures = 1
            """);
}
