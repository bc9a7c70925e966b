using Microsoft.EntityFrameworkCore;
using Registry.Storage.Index;
using Registry.Storage.Model;

namespace Registry.Storage.Content;

/// <summary>A manifest on its way in. Tags may be empty: it is then known by its digest only.</summary>
public sealed record PushedManifest(RepositoryName Repository, Digest Digest, ManifestDocument Document, byte[] Body, IReadOnlyList<Tag> Tags, TagCondition Condition, string By);

/// <summary>
/// Puts a manifest: its edges must exist, and then everything happens in one transaction (docs/architecture.md, "put
/// manifest").
/// </summary>
public sealed class ManifestPush(IndexWriter writer, TagProtection protection, Deadlines deadlines)
{
    private const int MostInMessage = 5;
    private const int MostInDetail = 100;

    /// <summary>Errors: ManifestBlobUnknown, PreconditionFailed, TagImmutable, ManifestInvalid (the same bytes are there with another media type).</summary>
    public Task<RegistryError?> PutAsync(PushedManifest push, CancellationToken cancellationToken) => writer.WriteAsync(db => Put(db, push), cancellationToken);

    private RegistryError? Put(IndexContext db, PushedManifest push)
    {
        var digest = push.Digest.ToString();
        var existing = Repositories.Find(db, push.Repository);
        var known = db.Manifests.AsTracking().FirstOrDefault(m => m.RepositoryId == existing && m.Digest == digest);
        var edges = ManifestEdges.Resolve(db, existing, push.Document);

        // 404 first: a client pushes what is missing and comes again, and its condition is for that push. Then 412: to whoever lost
        // the race for the tag nothing else is worth saying. A tag that may not move, or a clash of media types, only matters to a push that would take place.
        if ((Missing(push, edges.Missing) ?? FailedCondition(db, existing, push) ?? Immutable(db, existing, push) ?? OtherMediaType(push, known)) is { } refusal)
        {
            return refusal;
        }

        var now = deadlines.Now;
        var repositoryId = existing ?? Repositories.FindOrAdd(db, push.Repository, now);
        var manifest = Store(db, repositoryId, push, known, now);
        edges.Store(db, repositoryId, manifest.Id);
        ManifestSize.Set(db, manifest.Id);
        SetTags(db, repositoryId, push, manifest, now);
        return null;
    }

    private ManifestRow Store(IndexContext db, long repositoryId, PushedManifest push, ManifestRow? known, DateTimeOffset now)
    {
        var row = known;
        if (row is null)
        {
            row = new ManifestRow
            {
                RepositoryId = repositoryId,
                Digest = push.Digest.ToString(),
                MediaType = push.Document.MediaType,
                ArtifactType = push.Document.ArtifactType,
                Subject = push.Document.Subject?.Digest.ToString(),
                PushedAt = now,
                UnreferencedSince = now,
                KeptUntil = deadlines.PromiseFromNow,
                Body = push.Body,
            };
            db.Manifests.Add(row);
        }
        else
        {
            // The digest was compared with what came: where a damaged disk has changed the row's bytes, this mends them.
            row.Body = push.Body;
            ManifestPromises.Keep(row, deadlines.PromiseFromNow);
        }

        row.PushedAt = now;
        db.SaveChanges();
        return row;
    }

    private void SetTags(IndexContext db, long repositoryId, PushedManifest push, ManifestRow manifest, DateTimeOffset now)
    {
        foreach (var tag in push.Tags)
        {
            if (TagMoves.Set(db, repositoryId, tag.ToString(), manifest, push.By, now) is { } before)
            {
                ManifestPromises.StartWhereUnreferenced(db, [before], now, deadlines.PromiseFromNow);
            }
        }

        if (push.Tags.Count > 0)
        {
            ManifestPromises.End(db, [manifest.Id]);
        }
    }

    private static RegistryError? Missing(PushedManifest push, IReadOnlyList<MissingEdge> missing)
    {
        if (missing.Count == 0)
        {
            return null;
        }

        var named = string.Join(", ", missing.Take(MostInMessage));
        var more = missing.Count > MostInMessage ? $" and {missing.Count - MostInMessage} more" : "";
        return new RegistryError(
            ErrorKind.ManifestBlobUnknown,
            $"The manifest names content that {push.Repository} does not have: {named}{more}. Push (or mount) it first.",
            missing.Take(MostInDetail).Select(m => new { digest = m.Target.Digest.ToString(), mediaType = m.Target.MediaType, size = m.Target.Size }).ToArray());
    }

    private static RegistryError? FailedCondition(IndexContext db, long? repositoryId, PushedManifest push)
    {
        if (push.Condition == TagCondition.None)
        {
            return null;
        }

        foreach (var tag in push.Tags)
        {
            var name = tag.ToString();
            var current = db.Tags.Where(t => t.RepositoryId == repositoryId && t.Name == name)
                .Join(db.Manifests, t => t.ManifestId, m => m.Id, (t, m) => m.Digest).FirstOrDefault();
            if (push.Condition.Refusal(name, current is null ? null : Digest.Parse(current)) is { } reason)
            {
                return new RegistryError(ErrorKind.PreconditionFailed, reason);
            }
        }

        return null;
    }

    private RegistryError? Immutable(IndexContext db, long? repositoryId, PushedManifest push) =>
        push.Tags.Select(tag => protection.FindRefusalToMove(db, repositoryId, push.Repository, tag, push.Digest.ToString())).FirstOrDefault(refusal => refusal is not null);

    /// <summary>What was pushed is served as it was pushed, so the same bytes cannot be here under two media types.</summary>
    private static RegistryError? OtherMediaType(PushedManifest push, ManifestRow? known) =>
        known is null || known.MediaType == push.Document.MediaType
            ? null
            : new RegistryError(
                ErrorKind.ManifestInvalid,
                $"{push.Repository} has these very bytes as '{known.MediaType}', and serves them as that. Push them as that, or delete {push.Digest} first.");
}
