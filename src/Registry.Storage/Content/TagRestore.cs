using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>To what a tag is to be restored: exactly one of the two.</summary>
/// <param name="At">To what it pointed to then.</param>
public sealed record RestoreTarget(Digest? Digest, DateTimeOffset? At);

/// <summary>A tag is where it was asked to be.</summary>
/// <param name="Before">The digest that it pointed to before; null if it was gone.</param>
/// <param name="WasInHistory">False: this tag had never pointed there.</param>
public sealed record RestoredTag(string Digest, string? Before, bool WasInHistory)
{
    public bool HasMoved => Before != Digest;
}

public enum RestoreRefusal
{
    /// <summary>There is nothing of that name, or it pointed to nothing then.</summary>
    Unknown,

    /// <summary>The manifest has been removed.</summary>
    Gone,

    Immutable,
}

/// <param name="Message">For a person: what was wrong and what to do.</param>
/// <param name="Restored">Null where it was refused.</param>
/// <param name="Refusal">Null where it was done.</param>
public sealed record RestoreOutcome(RestoredTag? Restored, RestoreRefusal? Refusal, string? Message)
{
    internal static RestoreOutcome Refused(RestoreRefusal refusal, string message) => new(null, refusal, message);
}

/// <summary>Undoes what happened to a tag, as long as the manifest that it pointed to is there.</summary>
public sealed class TagRestore(IndexWriter writer, TagProtection protection, Deadlines deadlines)
{
    /// <param name="by">Who asked, for the tag history.</param>
    public Task<RestoreOutcome> RestoreAsync(RepositoryName repository, Tag tag, RestoreTarget target, string by, CancellationToken cancellationToken) =>
        writer.WriteAsync(db => Restore(db, repository, tag, target, by), cancellationToken);

    private RestoreOutcome Restore(IndexContext db, RepositoryName repository, Tag tag, RestoreTarget target, string by)
    {
        var name = tag.ToString();
        if (Repositories.Find(db, repository) is not { } repositoryId)
        {
            return RestoreOutcome.Refused(RestoreRefusal.Unknown, $"There is no repository {repository}.");
        }

        var history = db.TagHistory.Where(h => h.RepositoryId == repositoryId && h.Tag == name);
        if ((target.Digest?.ToString() ?? DigestAt(history, target.At!.Value)) is not { } digest)
        {
            return RestoreOutcome.Refused(RestoreRefusal.Unknown, PointedToNothing(history, repository, tag, target.At!.Value));
        }

        var wasInHistory = history.Any(h => h.Digest == digest);
        if (db.Manifests.FirstOrDefault(m => m.RepositoryId == repositoryId && m.Digest == digest) is not { } manifest)
        {
            return wasInHistory
                ? RestoreOutcome.Refused(RestoreRefusal.Gone, $"{repository}:{tag} pointed to {digest}, and that manifest has been removed: it cannot be restored. GET /api/v1/tags/restorable shows what can.")
                : RestoreOutcome.Refused(RestoreRefusal.Unknown, $"{repository} has no manifest {digest}, and {repository}:{tag} never pointed to it.");
        }

        if (protection.FindRefusalToMove(db, repositoryId, repository, tag, digest) is { } refusal)
        {
            return RestoreOutcome.Refused(RestoreRefusal.Immutable, refusal.Message);
        }

        var before = db.Tags.Where(t => t.RepositoryId == repositoryId && t.Name == name).Join(db.Manifests, t => t.ManifestId, m => m.Id, (t, m) => m.Digest).FirstOrDefault();
        if (before != digest)
        {
            Point(db, repositoryId, name, manifest, by);
        }

        return new RestoreOutcome(new RestoredTag(digest, before, wasInHistory), null, null);
    }

    private void Point(IndexContext db, long repositoryId, string name, ManifestRow manifest, string by)
    {
        var now = deadlines.Now;
        if (TagMoves.Set(db, repositoryId, name, manifest, by, now) is { } left)
        {
            ManifestPromises.StartWhereUnreferenced(db, [left], now, deadlines.PromiseFromNow);
        }

        ManifestPromises.End(db, [manifest.Id]);
    }

    private static string? DigestAt(IQueryable<TagHistoryRow> history, DateTimeOffset at) =>
        history.Where(h => h.From <= at && (h.To == null || h.To > at)).OrderByDescending(h => h.Id).Select(h => h.Digest).FirstOrDefault();

    private static string PointedToNothing(IQueryable<TagHistoryRow> history, RepositoryName repository, Tag tag, DateTimeOffset at) =>
        history.OrderBy(h => h.From).Select(h => (DateTimeOffset?)h.From).FirstOrDefault() is not { } first ? $"There is no history of {repository}:{tag}."
        : at < first ? $"{repository}:{tag} did not exist at {at:u}. Its history begins at {first:u}."
        : $"{repository}:{tag} had been deleted at {at:u} and pointed to nothing. GET /api/v1/tags/history shows when it pointed where.";
}
