using Microsoft.EntityFrameworkCore;
using Registry.Gc.Retention;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Gc.Planning;

/// <summary>A tag as the index has it, with what a policy is told about it.</summary>
/// <param name="Size">Bytes that a pull of it takes.</param>
internal sealed record PlannableTag(long Id, long ManifestId, long Size, TagFacts Facts);

/// <summary>All tags of one repository.</summary>
internal sealed record PlannableRepository(long Id, RepositoryName Name, IReadOnlyList<PlannableTag> Tags);

/// <summary>Reads what policies decide about, repository by repository, so that no more than one is in memory.</summary>
internal static class PlannableTags
{
    /// <summary>The repositories with tags, by id.</summary>
    /// <param name="repositoryIds">Only these; null for all.</param>
    public static IEnumerable<PlannableRepository> Read(IndexContext db, DateTimeOffset now, IReadOnlyCollection<long>? repositoryIds = null)
    {
        var repositories = db.Repositories.OrderBy(r => r.Id).Select(r => new { r.Id, r.Name }).ToList();
        foreach (var repository in repositories.Where(r => repositoryIds is null || repositoryIds.Contains(r.Id)))
        {
            if (ReadTags(db, repository.Id, now) is { Count: > 0 } tags)
            {
                yield return new PlannableRepository(repository.Id, RepositoryName.Parse(repository.Name), tags);
            }
        }
    }

    private static List<PlannableTag> ReadTags(IndexContext db, long repositoryId, DateTimeOffset now) =>
        (from t in db.Tags
         where t.RepositoryId == repositoryId
         join m in db.Manifests on t.ManifestId equals m.Id
         select new { t.Id, t.Name, t.PushedAt, TagPulledAt = t.LastPulledAt, t.ManifestId, m.Digest, m.Size, ManifestPulledAt = m.LastPulledAt, IsPinned = db.Pins.Any(p => p.Digest == m.Digest && p.ExpiresAt > now) })
        .AsEnumerable()
        .Select(t => new PlannableTag(t.Id, t.ManifestId, t.Size, new TagFacts(Tag.Parse(t.Name), Digest.Parse(t.Digest), t.PushedAt, Later(t.TagPulledAt, t.ManifestPulledAt), t.IsPinned)))
        .ToList();

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one > other || other is null ? one : other;
}
