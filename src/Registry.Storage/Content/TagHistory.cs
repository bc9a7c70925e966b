using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>What a tag pointed to, from when to when.</summary>
/// <param name="IsThere">The manifest is still there, so the tag can be restored to it.</param>
/// <param name="ThereUntil">The earliest time at which the sweep may remove the manifest; null while something names it.</param>
public sealed record TagHistoryLine(
    long Id, string Digest, DateTimeOffset From, string FromBy, DateTimeOffset? To, string? ToBy, string? ToReason, bool IsThere, DateTimeOffset? ThereUntil);

/// <summary>A manifest that a tag pointed to and no longer does, and that is still there.</summary>
/// <param name="Id">Of the line of history in which the tag last left it.</param>
/// <param name="LostAt">When the tag was moved or went.</param>
/// <param name="ThereUntil">The earliest time at which the sweep may remove the manifest; null while something names it.</param>
public sealed record RestorableTag(long Id, string Tag, string Digest, DateTimeOffset LostAt, string? LostBy, string? Reason, DateTimeOffset? ThereUntil);

/// <summary>Reads the tag history: what tags pointed to, and what of it can be had back.</summary>
public sealed class TagHistory(IDbContextFactory<IndexContext> contexts, CollectionOptions options)
{
    /// <summary>The newest line first; empty where the tag never was.</summary>
    /// <param name="before">Only lines before this one; null for all.</param>
    public IReadOnlyList<TagHistoryLine> List(RepositoryName repository, Tag tag, long? before, int count)
    {
        using var db = contexts.CreateDbContext();
        var (id, name) = (Repositories.Find(db, repository), tag.ToString());
        return db.TagHistory.Where(h => h.RepositoryId == id && h.Tag == name && (before == null || h.Id < before)).OrderByDescending(h => h.Id).Take(count)
            .Select(h => new { Line = h, Manifest = db.Manifests.Where(m => m.RepositoryId == id && m.Digest == h.Digest).Select(m => new { m.KeptUntil }).FirstOrDefault() })
            .AsEnumerable()
            .Select(pair => new TagHistoryLine(
                pair.Line.Id, pair.Line.Digest, pair.Line.From, pair.Line.FromBy, pair.Line.To, pair.Line.ToBy, pair.Line.ToReason, pair.Manifest is not null, pair.Manifest?.KeptUntil + options.UntaggedAfter))
            .ToList();
    }

    /// <summary>What can be restored, the last loss first; one line for each tag and digest.</summary>
    /// <param name="before">Only losses before this one; null for all.</param>
    /// <returns>Null: there is no such repository.</returns>
    public IReadOnlyList<RestorableTag>? Restorable(RepositoryName repository, long? before, int count)
    {
        using var db = contexts.CreateDbContext();
        if (Repositories.Find(db, repository) is not { } id)
        {
            return null;
        }

        // The newest line of each tag and digest; a tag that points there again has one without an end, and has lost nothing.
        var newest = db.TagHistory.Where(h => h.RepositoryId == id).GroupBy(h => new { h.Tag, h.Digest }).Select(lines => lines.Max(h => h.Id));
        var losses = db.TagHistory.Where(h => newest.Contains(h.Id) && h.To != null);
        if (before is not null)
        {
            var then = db.TagHistory.Where(h => h.Id == before).Select(h => h.To).FirstOrDefault();
            losses = losses.Where(h => h.To < then || h.To == then && h.Id < before);
        }

        return losses.Join(db.Manifests.Where(m => m.RepositoryId == id), h => h.Digest, m => m.Digest, (h, m) => new { Line = h, m.KeptUntil })
            .OrderByDescending(pair => pair.Line.To).ThenByDescending(pair => pair.Line.Id).Take(count).AsEnumerable()
            .Select(pair => new RestorableTag(pair.Line.Id, pair.Line.Tag, pair.Line.Digest, pair.Line.To!.Value, pair.Line.ToBy, pair.Line.ToReason, pair.KeptUntil + options.UntaggedAfter))
            .ToList();
    }
}
