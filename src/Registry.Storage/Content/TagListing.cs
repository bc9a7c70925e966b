using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>What tags may be sorted by.</summary>
public enum TagSort
{
    Name,
    Pushed,
    Pulled,
    Size,
}

/// <summary>A tag with what is known of it.</summary>
/// <param name="PushedBy">Who made it point where it does.</param>
/// <param name="LastPulledAt">By the tag or by its digest.</param>
/// <param name="Size">Bytes that a pull of it takes.</param>
/// <param name="Platform">Null: nobody has looked yet (<see cref="Platforms"/>).</param>
public sealed record TagLine(
    long Id, long ManifestId, string Name, string Digest, string MediaType, string? ArtifactType,
    DateTimeOffset PushedAt, string? PushedBy, DateTimeOffset? LastPulledAt, long Size, string? Platform);

/// <summary>The tags of a repository, sorted by any of their columns.</summary>
public sealed class TagListing(IDbContextFactory<IndexContext> contexts)
{
    private const string Source = "FROM tags t JOIN manifests m ON m.Id = t.ManifestId WHERE t.RepositoryId = {0} AND t.Name GLOB {1}";

    /// <param name="match">A part of the name, or a glob with <c>*</c> and <c>?</c>; null for all.</param>
    /// <returns>Null: there is no such repository.</returns>
    public SortedPage<SortedEntry>? Page(RepositoryName repository, string? match, TagSort sort, SortDirection direction, Position? after, int count)
    {
        using var db = contexts.CreateDbContext();
        if (Repositories.Find(db, repository) is not { } id)
        {
            return null;
        }

        var (key, glob) = (KeyOf(sort), GlobOf(match));
        var (comparison, order) = direction == SortDirection.Ascending ? (">", "") : ("<", " DESC");
        var behind = after is null ? "" : $" AND ({key}, t.Name) {comparison} ({{2}}, {{3}})";
        var sql = $"SELECT t.Id, t.Name, {key} AS \"Key\" {Source}{behind} ORDER BY \"Key\"{order}, t.Name{order} LIMIT {{4}}";
        var found = db.Database.SqlQueryRaw<SortedEntry>(sql, id, glob, after?.Key ?? 0, after?.Name ?? "", count + 1).ToList();
        return SortedEntry.Cut(found, count, Count(db, id, glob));
    }

    /// <summary>All of them, with no key, to be sorted by something that the index does not have. Null: there is no such repository.</summary>
    /// <param name="most">One more than this is enough to know that there are more.</param>
    public IReadOnlyList<SortedEntry>? All(RepositoryName repository, string? match, int most)
    {
        using var db = contexts.CreateDbContext();
        return Repositories.Find(db, repository) is { } id
            ? db.Database.SqlQueryRaw<SortedEntry>($"SELECT t.Id, t.Name, 0 AS \"Key\" {Source} LIMIT {{2}}", id, GlobOf(match), most + 1).ToList()
            : null;
    }

    /// <summary>What is known of these tags, in their order; without those that have gone meanwhile.</summary>
    public IReadOnlyList<TagLine> Describe(IReadOnlyList<SortedEntry> entries)
    {
        using var db = contexts.CreateDbContext();
        var lines = new Dictionary<long, TagLine>(entries.Count);
        foreach (var ids in entries.Select(entry => entry.Id).Chunk(QueryLimits.ValuesPerQuery))
        {
            var rows = db.Tags.Where(t => ids.Contains(t.Id)).Join(db.Manifests, t => t.ManifestId, m => m.Id, (t, m) => new
            {
                Tag = t,
                m.Digest,
                m.MediaType,
                m.ArtifactType,
                By = db.TagHistory.Where(h => h.RepositoryId == t.RepositoryId && h.Tag == t.Name && h.To == null).Select(h => h.FromBy).FirstOrDefault(),
                ByDigest = m.LastPulledAt,
                m.Size,
                m.Platform,
            });
            foreach (var row in rows)
            {
                var tag = row.Tag;
                var pulled = tag.LastPulledAt is { } byTag && !(row.ByDigest > byTag) ? byTag : row.ByDigest;
                lines.Add(tag.Id, new TagLine(tag.Id, tag.ManifestId, tag.Name, row.Digest, row.MediaType, row.ArtifactType, tag.PushedAt, row.By, pulled, row.Size, row.Platform));
            }
        }

        return [.. entries.Where(entry => lines.ContainsKey(entry.Id)).Select(entry => lines[entry.Id])];
    }

    private static long Count(IndexContext db, long repositoryId, string glob) =>
        db.Database.SqlQueryRaw<long>("SELECT COUNT(*) AS Value FROM tags t WHERE t.RepositoryId = {0} AND t.Name GLOB {1}", repositoryId, glob).First();

    private static string KeyOf(TagSort sort) => sort switch
    {
        TagSort.Pushed => "t.PushedAt",
        TagSort.Pulled => "MAX(COALESCE(t.LastPulledAt, 0), COALESCE(m.LastPulledAt, 0))",
        TagSort.Size => "m.Size",
        _ => "0",
    };

    /// <summary>SQLite's GLOB, of which a class of characters would be one thing more.</summary>
    private static string GlobOf(string? match)
    {
        var text = (match ?? "").Replace("[", "[[]", StringComparison.Ordinal);
        return text.Contains('*', StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal) ? text : $"*{text}*";
    }
}
