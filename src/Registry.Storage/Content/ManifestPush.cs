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
public sealed class ManifestPush(IndexWriter writer, Deadlines deadlines)
{
    private const int MostInDetail = 100;

    /// <summary>Errors: ManifestBlobUnknown, PreconditionFailed, ManifestInvalid (the same bytes are there with another media type).</summary>
    public Task<Outcome<Digest>> PutAsync(PushedManifest push, CancellationToken cancellationToken) =>
        writer.WriteAsync<Outcome<Digest>>(
            db =>
            {
                var existing = Repositories.Find(db, push.Repository);
                var edges = ManifestEdges.Resolve(db, existing, push.Document);
                if (edges.Missing.Count > 0)
                {
                    return Missing(push, edges.Missing);
                }

                if (Refusal(db, existing, push) is { } refusal)
                {
                    return new RegistryError(ErrorKind.PreconditionFailed, refusal);
                }

                if (OtherMediaType(db, existing, push) is { } mediaType)
                {
                    return new RegistryError(
                        ErrorKind.ManifestInvalid,
                        $"{push.Repository} has these very bytes as '{mediaType}', and serves them as that. Push them as that, or delete {push.Digest} first.");
                }

                var now = deadlines.Now;
                var repositoryId = existing ?? Repositories.FindOrAdd(db, push.Repository, now);
                var manifest = Store(db, repositoryId, push, now);
                edges.Store(db, repositoryId, manifest.Id);
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

                return push.Digest;
            },
            cancellationToken);

    private ManifestRow Store(IndexContext db, long repositoryId, PushedManifest push, DateTimeOffset now)
    {
        var digest = push.Digest.ToString();
        var row = db.Manifests.AsTracking().FirstOrDefault(m => m.RepositoryId == repositoryId && m.Digest == digest);
        if (row is null)
        {
            row = new ManifestRow
            {
                RepositoryId = repositoryId,
                Digest = digest,
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
            ManifestPromises.Keep(row, deadlines.PromiseFromNow);
        }

        row.PushedAt = now;
        db.SaveChanges();
        return row;
    }

    /// <summary>The media type that the same bytes have here, if it is another one: what was pushed is served as it was pushed.</summary>
    private static string? OtherMediaType(IndexContext db, long? repositoryId, PushedManifest push)
    {
        var digest = push.Digest.ToString();
        return db.Manifests.Where(m => m.RepositoryId == repositoryId && m.Digest == digest && m.MediaType != push.Document.MediaType).Select(m => m.MediaType).FirstOrDefault();
    }

    private static string? Refusal(IndexContext db, long? repositoryId, PushedManifest push)
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
            if (push.Condition.Refusal(name, current is null ? null : Digest.Parse(current)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static RegistryError Missing(PushedManifest push, IReadOnlyList<Descriptor> missing)
    {
        var digests = string.Join(", ", missing.Take(5).Select(d => d.Digest.ToString()));
        var more = missing.Count > 5 ? $" and {missing.Count - 5} more" : "";
        return new RegistryError(
            ErrorKind.ManifestBlobUnknown,
            $"The manifest names content that {push.Repository} does not have: {digests}{more}. Push (or mount) it first.",
            missing.Take(MostInDetail).Select(d => new { digest = d.Digest.ToString(), mediaType = d.MediaType, size = d.Size }).ToArray());
    }
}
