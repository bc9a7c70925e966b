using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;

namespace Registry.Storage.Content;

/// <summary>Every change of a tag together with its line in the tag history. Inside a change of the index only.</summary>
internal static class TagMoves
{
    /// <summary>Points the tag to the manifest and returns the one it pointed to before, if that was another one.</summary>
    public static long? Set(IndexContext db, long repositoryId, string name, ManifestRow manifest, string by, DateTimeOffset now)
    {
        var tag = db.Tags.AsTracking().FirstOrDefault(t => t.RepositoryId == repositoryId && t.Name == name);
        var before = tag?.ManifestId;
        if (before == manifest.Id)
        {
            tag!.PushedAt = now;
            db.SaveChanges();
            return null;
        }

        if (tag is null)
        {
            db.Tags.Add(new TagRow { RepositoryId = repositoryId, Name = name, ManifestId = manifest.Id, PushedAt = now });
        }
        else
        {
            EndHistory(db, repositoryId, name, by, "moved", now);
            (tag.ManifestId, tag.PushedAt) = (manifest.Id, now);
        }

        db.TagHistory.Add(new TagHistoryRow { RepositoryId = repositoryId, Tag = name, Digest = manifest.Digest, From = now, FromBy = by });
        db.SaveChanges();
        return before;
    }

    public static void Delete(IndexContext db, TagRow tag, string by, string reason, DateTimeOffset now)
    {
        db.Tags.Where(t => t.Id == tag.Id).ExecuteDelete();
        EndHistory(db, tag.RepositoryId, tag.Name, by, reason, now);
    }

    /// <summary>Deletes every tag of a manifest, however many there are.</summary>
    public static void DeleteAllOf(IndexContext db, long repositoryId, long manifestId, string by, string reason, DateTimeOffset now)
    {
        End(db.TagHistory.Where(h => h.RepositoryId == repositoryId && h.To == null && db.Tags.Any(t => t.ManifestId == manifestId && t.Name == h.Tag)), by, reason, now);
        db.Tags.Where(t => t.ManifestId == manifestId).ExecuteDelete();
    }

    /// <summary>Deletes tags that a plan lists, by their ids as a <see cref="SqlSet"/>; the reason of each is the plan's.</summary>
    public static void DeletePlanned(IndexContext db, long planId, string tagIds, string by, DateTimeOffset now)
    {
        db.Database.ExecuteSql($"""
            UPDATE tag_history SET "To" = {now.ToUnixTimeMilliseconds()}, ToBy = {by}, ToReason = p.Reason || ' (plan ' || p.PlanId || ')'
            FROM planned_tags p WHERE p.PlanId = {planId} AND p.TagId IN (SELECT value FROM json_each({tagIds}))
            AND tag_history.RepositoryId = p.RepositoryId AND tag_history.Tag = p.Tag AND tag_history."To" IS NULL
            """);
        db.Database.ExecuteSql($"DELETE FROM tags WHERE Id IN (SELECT value FROM json_each({tagIds}))");
    }

    private static void EndHistory(IndexContext db, long repositoryId, string name, string by, string reason, DateTimeOffset now) =>
        End(db.TagHistory.Where(h => h.RepositoryId == repositoryId && h.Tag == name && h.To == null), by, reason, now);

    private static void End(IQueryable<TagHistoryRow> open, string by, string reason, DateTimeOffset now) =>
        open.ExecuteUpdate(set => set.SetProperty(h => h.To, now).SetProperty(h => h.ToBy, by).SetProperty(h => h.ToReason, reason));
}
