using Microsoft.EntityFrameworkCore;
using Registry.Gc.Sweeping;
using Registry.Storage.Index;

namespace Registry.Gc.Liveness;

/// <summary>The manifest <paramref name="Kept"/> lives while <paramref name="Keeper"/> does.</summary>
/// <param name="Tag">The signature tag that makes it so; null for an index and a subject.</param>
internal sealed record Lifeline(long Kept, long Keeper, string KeeperDigest, KeeperKind Kind, string? Tag);

/// <summary>A tag on a manifest.</summary>
/// <param name="Subject">The digest of the manifest that it is about, if it is a signature; null: an ordinary tag, which keeps by itself.</param>
internal sealed record NamingTag(long Id, long RepositoryId, long ManifestId, string Name)
{
    public string? Subject { get; } = SignatureTag.SubjectOf(Name);
}

/// <summary>What keeps a few manifests, one step up: the rules of the sweep, asked of the rows around them. Lists are for one query each.</summary>
internal sealed class Lifelines(IndexContext db, DateTimeOffset now)
{
    public IQueryable<TagRow> TagsOf(IReadOnlyCollection<long> manifests) => db.Tags.Where(t => manifests.Contains(t.ManifestId));

    /// <summary>Pins that hold, by the names of their hosts.</summary>
    public IQueryable<PinnedManifest> PinsOf(IReadOnlyCollection<long> manifests) =>
        db.Manifests.Where(m => manifests.Contains(m.Id))
            .Join(db.Pins.Where(p => p.ExpiresAt > now), m => m.Digest, p => p.Digest, (m, p) => new { m.Id, p.Host })
            .OrderBy(p => p.Host).Select(p => new PinnedManifest(p.Id, p.Host));

    /// <summary>Row by row: a caller that has found what it looks for reads no further.</summary>
    /// <param name="signatures">Tags of these manifests that are signatures.</param>
    public IEnumerable<Lifeline> Of(IReadOnlyCollection<long> manifests, IReadOnlyList<NamingTag> signatures)
    {
        var parents = db.ChildEdges.Where(e => manifests.Contains(e.ChildId))
            .Join(db.Manifests, e => e.ParentId, m => m.Id, (e, m) => new Lifeline(e.ChildId, m.Id, m.Digest, KeeperKind.Index, null));
        var subjects = db.Manifests.Where(m => manifests.Contains(m.Id) && m.Subject != null)
            .Join(db.Manifests, m => new { m.RepositoryId, Digest = m.Subject! }, s => new { s.RepositoryId, s.Digest }, (m, s) => new Lifeline(m.Id, s.Id, s.Digest, KeeperKind.Subject, null));
        return parents.AsEnumerable().Concat(subjects).Concat(signatures.Select(OfSignature).OfType<Lifeline>());
    }

    /// <summary>Null: the subject has gone, and the tag keeps nothing.</summary>
    private Lifeline? OfSignature(NamingTag tag)
    {
        var subject = db.Manifests.Where(m => m.RepositoryId == tag.RepositoryId && m.Digest == tag.Subject).Select(m => (long?)m.Id).FirstOrDefault();
        return subject is { } id ? new Lifeline(tag.ManifestId, id, tag.Subject!, KeeperKind.SignatureTag, tag.Name) : null;
    }
}

internal sealed record PinnedManifest(long ManifestId, string Host);
